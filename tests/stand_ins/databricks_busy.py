"""How busy the stand-in for Databricks was."""

from __future__ import annotations

import threading
import time
from itertools import pairwise


class Busy:
    """How much is under way, at each moment since it was made."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now = self.most = 0
        self.changes: list[tuple[float, int]] = []

    def change(self, by: int) -> None:
        with self.lock:
            self.now += by
            self.most = max(self.most, self.now)
            self.changes.append((time.monotonic(), self.now))

    def quarters(self) -> list[float]:
        """How many were under way on average in each quarter of the time from the first start to the last end."""
        with self.lock:
            changes = list(self.changes)
        if not changes:
            return []
        first, last = changes[0][0], changes[-1][0]
        sums = [0.0] * 4
        for (since, running), (until, _) in pairwise(changes):
            middle = (since + until) / 2
            sums[min(int(4 * (middle - first) / (last - first)), 3)] += running * (until - since)
        return [round(4 * one / (last - first), 2) for one in sums]
