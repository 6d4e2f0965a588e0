"""ROLLUP, CUBE and GROUPING SETS: which keys are NULL in the rows that sum over them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from rocky_core.compiler.bind_names import locate
from rocky_core.compiler.scope import Pass, Scope

WidenedItems = frozenset[int]
"""Positions in the select list that such a grouping makes nullable."""


def repeated_keys(group: exp.Expr) -> list[exp.Expr]:
    """The keys that some of the groupings leave out."""
    found: list[exp.Expr] = []
    for item in group.args.get("expressions") or ():
        kind = type(item)
        if kind is exp.Rollup or kind is exp.Cube:
            found.extend(_leaves(item))
        elif kind is exp.GroupingSets:
            found.extend(_left_out(item))
    for part in ("rollup", "cube"):
        modifiers = group.args.get(part)
        if modifiers:  # `GROUP BY a WITH ROLLUP`
            for modifier in modifiers if isinstance(modifiers, list) else [modifiers]:
                inner = _leaves(modifier) if isinstance(modifier, exp.Expr) else []
                found.extend(inner or group.args.get("expressions") or ())
    for sets in group.args.get("grouping_sets") or ():
        found.extend(_left_out(sets))
    return found


def widen_group_keys(work: Pass, keys: Sequence[exp.Expr], items: Sequence[exp.Expr], scope: Scope) -> WidenedItems:
    """Make the columns among the keys nullable, and find the select items that are keys themselves."""
    positions: set[int] = set()
    for key in keys:
        if type(key) is exp.Literal:
            if not key.args.get("is_string") and key.args["this"].isdigit():
                positions.add(int(key.args["this"]) - 1)
            continue
        place = locate(work, key, scope)
        if place is not None:
            place[0].override(place[1], nullable=True)
            merged = scope.merged.get(work.key_of(key.args["this"]))
            if merged is not None:
                merged.value = merged.value._replace(nullable=True)
            continue
        alias = work.key_of(key.args["this"]) if type(key) is exp.Column and not key.args.get("table") else None
        for position, item in enumerate(items):
            inner = item
            if type(item) is exp.Alias:
                inner = item.args["this"]
                if alias is not None and work.key_of(item.args["alias"]) == alias:
                    positions.add(position)
            if type(inner) is type(key) and inner == key:
                positions.add(position)
    return frozenset(positions)


def _leaves(node: exp.Expr) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    for item in node.args.get("expressions") or ():
        kind = type(item)
        if kind is exp.Tuple or kind is exp.Rollup or kind is exp.Cube:
            found.extend(_leaves(item))
        elif kind is exp.Paren:
            found.append(item.args["this"])
        else:
            found.append(item)
    return found


def _left_out(node: exp.Expr) -> list[exp.Expr]:
    """The keys of GROUPING SETS that are not in every one of its sets."""
    sets: list[list[exp.Expr]] = []
    partial: list[exp.Expr] = []
    for item in node.args.get("expressions") or ():
        kind = type(item)
        if kind is exp.Tuple:
            sets.append(_leaves(item))
        elif kind is exp.Rollup or kind is exp.Cube:
            partial.extend(_leaves(item))
            sets.append([])
        else:
            sets.append([item.args["this"] if kind is exp.Paren else item])
    found = list(partial)
    for members in sets:
        found.extend(key for key in members if not all(key in other for other in sets))
    return found
