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
    digest.update("\x1f".join(_spelled(tokens, dialect)).encode(errors="surrogatepass"))
    digest.update(b"\x1e")
    digest.update("\x1f".join(_materialization(model)).encode(errors="surrogatepass"))
    return digest.hexdigest()


def _spelled(tokens: Sequence[Token], dialect: Dialect) -> Iterable[str]:
    """Each token's text, folded where its case means nothing; a text or number keeps its own and its kind."""
    # Where the case of a bare table name counts, so does that of every bare name: its place is not known here.
    bare = dialect.fold_table("A", quoted=False) == dialect.fold_table("a", quoted=False)
    folds = {TokenType.VAR: bare, TokenType.IDENTIFIER: False}
    spelled: dict[tuple[TokenType, str], str] = {}
    last = len(tokens)
    while last and tokens[last - 1].token_type is TokenType.SEMICOLON:
        last -= 1
    texts = []
    for token in tokens[:last]:
        key = (token.token_type, token.text)
        text = spelled.get(key)
        if text is None:
            text = spelled[key] = _spell(*key, dialect, folded=folds.get(key[0], True))
        texts.append(text)
    return texts


def _spell(kind: TokenType, text: str, dialect: Dialect, *, folded: bool) -> str:
    if kind in _VERBATIM:
        return f"{kind.name} {text}"
    if kind is TokenType.IDENTIFIER:
        return f"name {dialect.fold_column(text, quoted=True)}"
    return f"name {dialect.fold_column(text, quoted=False) if folded else text}"


def _materialization(model: Model) -> Iterable[str]:
    strategy = model.strategy
    yield strategy_name(strategy)
    for name in strategy.__struct_fields__:
        yield f"{name}={getattr(strategy, name)!r}"
    for key in model.surrogate_keys:
        yield f"key {key.name} of {key.columns!r}"
    shape = model.table_format
    yield f"format={shape.format!r} partition={shape.partition_by!r} cluster={shape.cluster_by!r}"
    yield f"properties={tuple(sorted(shape.table_properties))!r}"
    yield f"target={model.target.folded()!r}"
