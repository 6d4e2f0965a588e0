"""Every query of the corpus has the columns, in name, order and type, that DuckDB itself describes."""

from __future__ import annotations

from pathlib import Path

import pytest
from truth import CORPUS, Verdict, judge, measure, read_cases

TOPICS = sorted(CORPUS.glob("*.sql"))
SMALLEST_CORPUS = 450
MOST_UNKNOWN = 0.03


@pytest.fixture(scope="module")
def verdicts() -> dict[Path, list[Verdict]]:
    return {path: [judge(case) for case in read_cases(path)] for path in TOPICS}


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_duckdb_accepts_every_case_and_agrees_with_our_columns(path, verdicts):
    failed = [verdict.explain() for verdict in verdicts[path] if not verdict.agrees]

    assert not failed, "\n" + "\n".join(failed)


@pytest.mark.parametrize("path", TOPICS, ids=lambda path: path.stem)
def test_the_cases_of_a_topic_have_names_of_their_own(path):
    names = [case.name for case in read_cases(path)]

    assert sorted(names) == sorted(set(names))


def test_the_figures_over_the_whole_corpus_hold(verdicts, capsys):
    figures = measure(verdict for found in verdicts.values() for verdict in found)
    with capsys.disabled():
        print(f"\ntype inference against DuckDB: {figures}")

    assert figures.cases >= SMALLEST_CORPUS
    assert figures.names_agree == figures.cases
    assert figures.wrong == 0
    assert figures.unknown_share <= MOST_UNKNOWN
