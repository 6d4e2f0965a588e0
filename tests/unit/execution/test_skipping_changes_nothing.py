"""Whatever happens to a project, skipping gives the same tables as building everything every time."""

from __future__ import annotations

from pathlib import Path
from random import Random

import duckdb
import pytest

from rocky_core.api import ProjectOptions, open_project
from rocky_core.execution.run_options import RunOptions
from rocky_core.ir.run import ModelSucceeded, RunFinished

SEED = """\
CREATE SCHEMA raw;
CREATE TABLE raw.a AS SELECT i AS k, i * 10 AS v FROM range(4) r(i);
CREATE TABLE raw.b AS SELECT i AS k, i % 2 AS v FROM range(3) r(i);
CREATE VIEW raw.c AS SELECT k, sum(v) AS v FROM raw.a GROUP BY k;
"""
# Each model yields k and v; `{n}` is what an edit changes.
SHAPES = (
    "SELECT k, v + {n} AS v FROM {one}",
    "SELECT k, sum(v) + {n} AS v FROM {one} GROUP BY k",
    "WITH c AS (SELECT * FROM {one}) SELECT k, v FROM c UNION ALL SELECT k, v + {n} FROM {two}",
    "SELECT x.k, x.v + y.v + {n} AS v FROM {one} x JOIN {two} y USING (k)",
)
STRATEGIES = ("full_refresh", "full_refresh", "view", "ephemeral", "merge")
EDITS = (
    "INSERT INTO raw.{t} VALUES ({n}, {n})",
    "UPDATE raw.{t} SET v = v + 1 WHERE k = {k}",
    "DELETE FROM raw.{t} WHERE k = {k}",
    "CREATE OR REPLACE TABLE raw.{t} AS SELECT * FROM raw.{t} ORDER BY v DESC",
    "DROP TABLE IF EXISTS out.m{k}",
)


class World:
    """One copy of the project with its database; both copies see the same edits."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        (root / "models").mkdir()
        self.write(
            "rocky.toml", '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n[pipeline.p]\ntype = "transformation"\n'
        )
        self.write("models/_defaults.toml", '[target]\ncatalog = "w"\nschema = "out"\n')
        self.execute(SEED)

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text)

    def execute(self, sql: str) -> None:
        with duckdb.connect(str(self.root / "w.duckdb")) as connection:
            connection.execute(sql)

    def run(self, models: tuple[str, ...], *, skip: bool) -> int:
        project = open_project(ProjectOptions(self.root / "rocky.toml"))
        events = tuple(project.run(RunOptions(models=models, skip_unchanged=skip)))
        assert isinstance(events[-1], RunFinished)
        return sum(isinstance(event, ModelSucceeded) for event in events)

    def tables(self) -> dict[str, list[tuple[object, ...]] | str]:
        with duckdb.connect(str(self.root / "w.duckdb")) as connection:
            names = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'out'")
            found = {}
            for (name,) in sorted(names.fetchall()):
                try:
                    found[name] = connection.execute(f"SELECT k, v FROM out.{name} ORDER BY ALL").fetchall()
                except duckdb.Error as error:
                    found[name] = type(error).__name__
            return found


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(1, 12), pytest.param(2, 40, marks=pytest.mark.slow), pytest.param(3, 40, marks=pytest.mark.slow)],
)
def test_random_edits_runs_and_failures(tmp_path, seed, steps):
    random = Random(seed)
    worlds = World(tmp_path / "skips"), World(tmp_path / "builds")
    count = 7

    def write_model(i: int) -> None:
        sources = ["raw.a", "raw.b", "raw.c", *(f"m{j}" for j in range(i))]
        sql = random.choice(SHAPES).format(
            one=random.choice(sources), two=random.choice(sources), n=random.randrange(3)
        )
        if random.random() < 0.1:
            sql = sql.replace(" AS v", " / 'x' AS v", 1)  # It fails when it is run.
        if random.random() < 0.2:
            sql = f"-- remark {random.random()}\n{sql}"
        strategy = random.choice(STRATEGIES)
        key = '\nunique_key = ["k"]' if strategy == "merge" else ""
        for world in worlds:
            world.write(f"models/m{i}.sql", sql)
            world.write(f"models/m{i}.toml", f'[strategy]\ntype = "{strategy}"{key}\n')

    for i in range(count):
        write_model(i)
    counts = []
    for _ in range(steps):
        for _ in range(random.choice((0, 0, 1, 1, 2))):
            if random.random() < 0.4:
                write_model(random.randrange(count))
            else:
                edit = random.choice(EDITS).format(
                    t=random.choice("ab"), n=random.randrange(9), k=random.randrange(count)
                )
                for world in worlds:
                    try:
                        world.execute(edit)
                    except duckdb.CatalogException:  # DROP TABLE of a view.
                        continue
        chosen = () if random.random() < 0.6 else (f"m{random.randrange(count)}",)
        if chosen and 'type = "ephemeral"' in (worlds[0].root / f"models/{chosen[0]}.toml").read_text():
            chosen = ()
        counts.append([world.run(chosen, skip=world is worlds[0]) for world in worlds])

        assert worlds[0].tables() == worlds[1].tables()
    skipping, building = map(sum, zip(*counts, strict=True))
    assert 0 < skipping < building
