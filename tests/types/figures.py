"""Print how the analyser's columns compare with DuckDB's, for the corpus or for a folder of other queries.

python tests/types/figures.py                 the corpus of this repository
python tests/types/figures.py --dir FOLDER    every .sql file of FOLDER; its sources.sql creates the tables
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path

from truth import CORPUS, Case, judge, measure, read_cases


def main() -> int:
    """Print the figures and every mismatch; 1 if names, order or types differ anywhere."""
    arguments = _arguments()
    cases = list(_foreign_cases(arguments.dir) if arguments.dir else _corpus_cases())
    verdicts = [judge(case) for case in cases if arguments.case in f"{case.topic}: {case.name}"]
    for verdict in verdicts:
        if not verdict.agrees or (arguments.unknown and verdict.unknown):
            print(verdict.explain())
            if arguments.sql:
                print("\n".join(f"      | {line}" for line in verdict.case.sql.splitlines()))
    refused = sum(1 for verdict in verdicts if verdict.refused)
    if refused:
        print(f"{refused} queries that DuckDB refuses are left out of the figures")
    print(measure(verdicts))
    large = [verdict for verdict in verdicts if verdict.case.topic.endswith("_reports")]
    if large:
        print(f"of these, large questions: {measure(large)}")
    timed = [1000 * verdict.seconds for verdict in verdicts if verdict.seconds]
    if timed:
        print(
            f"analysis: {statistics.mean(timed):.2f} ms per query on average, median {statistics.median(timed):.2f} ms"
        )
    return 0 if all(verdict.agrees for verdict in verdicts) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, help="folder with .sql queries and a sources.sql")
    parser.add_argument("--case", default="", help="only cases whose 'topic: name' contains this text")
    parser.add_argument("--unknown", action="store_true", help="also list columns without a type")
    parser.add_argument("--sql", action="store_true", help="print the query under each mismatch")
    return parser.parse_args()


def _corpus_cases() -> Iterable[Case]:
    for path in sorted(CORPUS.glob("*.sql")):
        yield from read_cases(path)


def _foreign_cases(folder: Path) -> Iterable[Case]:
    sources = (folder / "sources.sql",)
    for path in sorted(folder.glob("*.sql")):
        if path != sources[0]:
            for case in read_cases(path, folder):
                yield Case(case.topic, case.name, sources, case.sql)


if __name__ == "__main__":
    sys.exit(main())
