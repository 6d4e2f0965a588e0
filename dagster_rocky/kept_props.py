"""Props as the compile cache keeps them: data, decoded as data, and only by the code that wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec

from dagster_rocky.props import RockyModelProps
from rocky_core.version import VERSION

_FORMAT: Final = 2  # Of the props; a change of what they mean needs another number.


def props_key(configuration: str) -> bytes:
    """What all props depend on beside their models: this code and the configuration."""
    code = [Path(__file__).with_name(name).stat().st_mtime_ns for name in ("props.py", "project.py", "promises.py")]
    text = repr((_FORMAT, VERSION, code if "dev" in VERSION else None, configuration))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def encode_props(made: Mapping[str, RockyModelProps], root: Path) -> Mapping[str, bytes]:
    """The props by model; files are kept relative to the project. What cannot be kept is left out."""
    encoder = msgspec.msgpack.Encoder(enc_hook=lambda path: str(path.relative_to(root)))
    kept = {}
    for name, props in made.items():
        try:
            kept[name] = encoder.encode(props)
        except (TypeError, ValueError, OverflowError):
            continue  # A sidecar may hold anything in [meta].
    return kept


def decode_props(kept: Mapping[str, bytes], root: Path) -> Mapping[str, RockyModelProps]:
    """The props that were kept; those that cannot be read are made anew."""

    def decoded(kind: type, value: Any) -> Any:
        return root / value if kind is Path else value

    decoder = msgspec.msgpack.Decoder(RockyModelProps, dec_hook=decoded)
    found = {}
    for name, value in kept.items():
        try:
            found[name] = decoder.decode(value)
        except msgspec.DecodeError:
            continue
    return found
