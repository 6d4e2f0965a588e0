"""The syntax tree of a `.rocky` file; every leaf knows its offset in the text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Name:
    """One word as written."""

    text: str
    at: int

    @property
    def key(self) -> str:
        """What makes two spellings the same name."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of SQL without inner structure."""

    sql: str
    at: int


@dataclass(frozen=True, slots=True)
class Path:
    """A column, with the table before it or fields behind it: `amount`, `o.amount`, `o.address.city`."""

    parts: tuple[Name, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(part.key for part in self.parts)


@dataclass(frozen=True, slots=True)
class Star:
    """`*` or `o.*`."""

    at: int
    qualifier: Name | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Inside a `match` pattern: the value that is matched."""

    at: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands of one precedence level joined from left to right: `a + b - c`, `x and y`, `a == b`."""

    first: Expression
    rest: tuple[tuple[Atom, Expression], ...]


@dataclass(frozen=True, slots=True)
class Prefixed:
    """`not x` or `-x`."""

    operator: Atom
    operand: Expression


@dataclass(frozen=True, slots=True)
class Suffixed:
    """A test written behind its operand: `x is null`, `x is not true`."""

    operand: Expression
    suffix: Atom


@dataclass(frozen=True, slots=True)
class Inside:
    """`x in (1, 2)`; the operator is `IN` or `NOT IN`."""

    operand: Expression
    operator: Atom
    choices: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """`x between low and high`; the operator is `BETWEEN` or `NOT BETWEEN`."""

    operand: Expression
    operator: Atom
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class Paren:
    """Parentheses, the author's or ours."""

    at: int
    inner: Expression


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a struct that is no plain column: `f(x).city`."""

    operand: Expression
    field: Name


@dataclass(frozen=True, slots=True)
class Element:
    """`x[1]`."""

    operand: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Cast:
    """`cast(x as t)`, `try_cast(x as t)` or `x::t`; the keyword is the function to write."""

    keyword: Atom
    operand: Expression
    target: Atom


@dataclass(frozen=True, slots=True)
class Extract:
    """`extract(year from x)`."""

    keyword: Atom
    part: Atom
    operand: Expression


@dataclass(frozen=True, slots=True)
class Interval:
    """`interval 7 day`."""

    words: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of `sort`, written at `at`; `nulls` is `NULLS FIRST` or `NULLS LAST`."""

    at: int
    expression: Expression
    descending: Atom | None = None
    nulls: Atom | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """What stands in the parentheses after `over`; the frame is ready SQL."""

    at: int
    partition: tuple[Expression, ...] = ()
    order: tuple[SortKey, ...] = ()
    frame: Atom | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; `distinct` is the keyword before the first argument."""

    function: Path
    arguments: tuple[Expression, ...]
    distinct: Atom | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """`pattern => value`: the test speaks of the Subject."""

    test: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Match:
    """`match x { … }`; without a subject each test stands for itself."""

    at: int
    subject: Expression | None
    arms: tuple[Arm, ...]
    otherwise: Expression | None


Expression: TypeAlias = (
    Atom
    | Path
    | Star
    | Subject
    | Chain
    | Prefixed
    | Suffixed
    | Inside
    | Between
    | Paren
    | Member
    | Element
    | Cast
    | Extract
    | Interval
    | Call
    | Match
)


@dataclass(frozen=True, slots=True)
class Item:
    """`name: expression`, or an expression that names itself (a column) or has no name."""

    name: Name | None
    expression: Expression
    at: int


@dataclass(frozen=True, slots=True)
class TableRef:
    """A dotted table name and the name that the pipeline calls it."""

    parts: tuple[Name, ...]
    alias: Name | None = None

    @property
    def called(self) -> Name:
        return self.alias or self.parts[-1]


class JoinKind(Enum):
    """The SQL of each kind of join."""

    INNER = "JOIN"
    LEFT = "LEFT JOIN"
    RIGHT = "RIGHT JOIN"
    FULL = "FULL JOIN"
    CROSS = "CROSS JOIN"


@dataclass(frozen=True, slots=True)
class From:
    at: int
    table: TableRef


@dataclass(frozen=True, slots=True)
class Where:
    at: int
    condition: Expression


@dataclass(frozen=True, slots=True)
class Group:
    at: int
    keys: tuple[Item, ...]
    outputs: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Derive:
    at: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Select:
    at: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Matched on same-named `keys` or on `conditions`; `keep` None keeps every column of the table."""

    at: int
    kind: JoinKind
    table: TableRef
    keys: tuple[Name, ...] = ()
    conditions: tuple[Expression, ...] = ()
    keep: tuple[Name, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    at: int
    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Take:
    at: int
    count: Atom


@dataclass(frozen=True, slots=True)
class Distinct:
    at: int


@dataclass(frozen=True, slots=True)
class Replicate:
    at: int


Step: TypeAlias = Where | Group | Derive | Select | Join | Sort | Take | Distinct | Replicate


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Where the rows come from and what is done to them, in order."""

    source: From
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """`let name = pipeline`."""

    name: Name
    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class Program:
    """A whole file: the bindings and the pipeline whose rows are the model."""

    bindings: tuple[Binding, ...]
    result: Pipeline
