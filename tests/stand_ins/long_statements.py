"""Statements that a service takes long over, for servers that stand in for one; needs nothing but Python."""

from __future__ import annotations

import re


class LongStatements:
    """Which of the next statements take long: each of these is one, the first whose text fits."""

    def __init__(self) -> None:
        self.wanted: list[tuple[re.Pattern, float]] = []

    def expect(self, *wanted: dict) -> None:
        self.wanted = [(re.compile(one["sql"], re.IGNORECASE | re.DOTALL), float(one["seconds"])) for one in wanted]

    def seconds_of(self, sql: str) -> float:
        """For how long this one goes on; 0 for all that nobody wants to be long."""
        for one in self.wanted:
            if one[0].search(sql):
                self.wanted.remove(one)
                return one[1]
        return 0.0
