"""What matters about an expression when it is moved from one step of a pipeline to another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rocky_core.dsl.rewrite import children
from rocky_core.dsl.syntax import Call, Expression, Match, Subject

_AGGREGATES: Final = frozenset(
    re.findall(
        r"\w+",
        """
        any_value approx_count_distinct approx_distinct approx_percentile approx_quantile approx_quantiles
        approx_top_count arg_max arg_min array_agg avg bit_and bit_or bit_xor bool_and bool_or booland_agg
        boolor_agg collect_list collect_set corr count count_distinct count_if countif covar_pop covar_samp every first
        group_concat histogram kurtosis last list listagg logical_and logical_or mad max max_by mean median min
        min_by mode object_agg percentile percentile_approx percentile_cont percentile_disc product quantile
        quantile_cont quantile_disc regr_slope skewness stddev stddev_pop stddev_samp string_agg sum sum_if sumif
        var_pop var_samp variance
        """,
    )
)
_VOLATILE: Final = frozenset(
    re.findall(
        r"\w+",
        """
        gen_random_uuid generate_uuid newid nextval rand randn random randstr uniform uuid uuid_string uuidv4
        uuidv7
        """,
    )
)


@dataclass(frozen=True, slots=True)
class Traits:
    """`size` counts the parts as they will be written out, so a `match` counts its subject once per arm."""

    size: int = 1
    window: bool = False
    volatile: bool = False
    aggregate: bool = False


def is_aggregate(expression: Expression) -> bool:
    """Whether this very node folds many rows into one value."""
    return (
        isinstance(expression, Call)
        and expression.window is None
        and len(expression.function.parts) == 1
        and expression.function.parts[0].key in _AGGREGATES
    )


def traits_of(expression: Expression) -> Traits:
    """Measure an expression with all its parts."""
    return _measure(expression, 1)


def _measure(expression: Expression, subject_size: int) -> Traits:
    if isinstance(expression, Subject):
        return Traits(subject_size)
    size, window, volatile = 1, False, False
    aggregate = is_aggregate(expression)
    if isinstance(expression, Call):
        window = expression.window is not None
        volatile = expression.function.parts[-1].key in _VOLATILE
    parts = children(expression)
    if isinstance(expression, Match) and expression.subject:
        # The subject is written out in the arms, which is where its size counts.
        looked_at, parts = _measure(parts[0], 1), parts[1:]
        subject_size = looked_at.size
        window, volatile, aggregate = looked_at.window, looked_at.volatile, looked_at.aggregate
    for part in parts:
        inner = _measure(part, subject_size)
        size += inner.size
        window |= inner.window
        volatile |= inner.volatile
        aggregate |= inner.aggregate
    return Traits(size, window, volatile, aggregate)
