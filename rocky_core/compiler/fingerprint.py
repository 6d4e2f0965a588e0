"""The identity of what a model computes: formatting, comments and case of names do not change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from sqlglot.tokenizer_core import Token, TokenType

from rocky_core.ir.strategy import strategy_name

if TYPE_CHECKING:
    from rocky_core.dialects.base import Dialect
    from rocky_core.ir.model import Model

_VERBATIM: Final = frozenset(
    {
        TokenType.STRING,
        TokenType.RAW_STRING,
        TokenType.NATIONAL_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.UNICODE_STRING,
        TokenType.BYTE_STRING,
        TokenType.BIT_STRING,
        TokenType.HEX_STRING,
        TokenType.NUMBER,
    }
)


def recipe_hash(model: Model, tokens: Sequence[Token], dialect: Dialect) -> str:
    """A hash of everything that decides what is in the model's table."""
    digest = blake2b(digest_size=32)
    digest.update("\x1f".join(_spelled(tokens, dialect)).encode())
    digest.update(b"\x1e")
    digest.update("\x1f".join(_materialization(model)).encode())
    return digest.hexdigest()


def _spelled(tokens: Sequence[Token], dialect: Dialect) -> Iterable[str]:
    """Each token with its kind, names folded as the warehouse folds them."""
    folded: dict[str, str] = {}
    last = len(tokens)
    while last and tokens[last - 1].token_type is TokenType.SEMICOLON:
        last -= 1
    for position in range(last):
        token = tokens[position]
        kind, text = token.token_type, token.text
        if kind is TokenType.IDENTIFIER:
            yield f"i{dialect.fold_column(text, quoted=True)}"
        elif kind in _VERBATIM:
            yield f"{kind.value}{text}"
        else:
            spelled = folded.get(text)
            if spelled is None:
                # A keyword and a name fold alike here; what they are is decided by their place.
                spelled = folded[text] = f"i{dialect.fold_column(text, quoted=False)}"
            yield spelled


def _materialization(model: Model) -> Iterable[str]:
    strategy = model.strategy
    yield strategy_name(strategy)
    for name in getattr(type(strategy), "__slots__", ()):
        yield f"{name}={getattr(strategy, name)!r}"
    for key in model.surrogate_keys:
        yield f"key {key.name} of {key.columns!r}"
    shape = model.table_format
    yield f"format={shape.format!r} partition={shape.partition_by!r} cluster={shape.cluster_by!r}"
    yield f"properties={tuple(sorted(shape.table_properties))!r}"
    yield f"target={model.target.folded()!r}"
