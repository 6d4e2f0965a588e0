"""Work follows the change, and whatever is kept gives the same project as compiling everything."""

import os
import shutil
import sqlite3

import pytest

from rocky_core.compiler.compile_project import compile_project
from rocky_core.dialects.registry import dialect_named
from rocky_core.ir.project import ProjectSource
from rocky_core.project_files import compile_workers
from rocky_core.project_files.compile_files import FilesToCompile, compile_files
from rocky_core.project_files.model_reader import ModelReader
from rocky_core.project_files.read_model import ReadingOptions
from rocky_core.project_files.scan import scan_models

MODELS = {
    "a": "SELECT CAST(1 AS BIGINT) AS id, 'x' AS label, CAST('2026-01-01' AS DATE) AS day",
    "b": "SELECT id, label FROM a",
    "c": "SELECT id + 1 AS next_id FROM b",
    "d": "SELECT label FROM main.out_b_table",
    "lonely": "SELECT 1 AS one",
}


@pytest.fixture
def project(tmp_path):
    models = tmp_path / "models"
    models.mkdir()
    (models / "_defaults.toml").write_text('[target]\ncatalog = "lake"\nschema = "main"\n')
    for name, sql in MODELS.items():
        (models / f"{name}.sql").write_text(sql)
    (models / "b.toml").write_text('[target]\ntable = "out_b_table"\n')
    return tmp_path


def files_of(project, *, cached=True, environment=None):
    scan = scan_models(project / "models")
    return FilesToCompile(
        reader=ModelReader(scan, ReadingOptions(str(project), environment or {})),
        source=ProjectSource((), findings=scan.diagnostics),
        dialect=dialect_named("duckdb"),
        setup_key=b"setup",
        cache_file=project / ".rocky" / "cache" / "compile.db" if cached else None,
        render_detail=lambda model, facts: f"{model.name}:{len(facts.columns)}".encode(),
    )


def content(compiled):
    """Everything there is to know of a compiled project, loaded."""
    project = compiled.project
    return {
        "models": {name: (m.facts, m.depends_on, m.model.target) for name, m in project.models.items()},
        "order": project.order,
        "layers": project.layers,
        "diagnostics": project.diagnostics,
        "details": dict(compiled.details),
        "counts": dict(compiled.column_counts),
    }


def compiled_now(project, **options):
    """How many models were compiled; whatever was kept must equal a compile from nothing."""
    warm = compile_files(files_of(project, **options))
    assert content(warm) == content(compile_files(files_of(project, cached=False, **options)))
    return warm.compiled


def edit(project, file, text):
    (project / "models" / file).write_text(text)


def test_everything_at_first_and_nothing_when_nothing_changed(project):
    assert compiled_now(project) == 5
    assert compiled_now(project) == 0


def test_the_lazy_project_is_the_project_compiled_in_memory(project):
    reader = files_of(project).reader
    files = [files.file for directory in reader.scan.directories for files in reader.files_of(directory)]
    models = tuple(reader.read(file).value for file in files)
    whole = compile_project(ProjectSource(models), dialect_named("duckdb"))
    lazy = compile_files(files_of(project)).project

    assert (dict(lazy.models), lazy.order, lazy.layers, lazy.diagnostics) == (
        dict(whole.models),
        whole.order,
        whole.layers,
        whole.diagnostics,
    )


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        pytest.param("lonely.sql", "SELECT 2 AS one", 1, id="a changed value stays its own"),
        pytest.param("a.sql", MODELS["a"].replace("'x'", "'y'"), 1, id="the schema is the same, so readers are kept"),
        pytest.param("a.sql", MODELS["a"] + " -- a comment", 1, id="a comment"),
        pytest.param("a.sql", MODELS["a"] + ", 5 AS more", 2, id="b is looked at, but its own schema stays"),
        pytest.param("a.sql", MODELS["a"].replace("BIGINT", "INTEGER"), 4, id="the new type runs down to all readers"),
        pytest.param("b.toml", '[target]\ntable = "elsewhere"\n', 3, id="who read the old target is looked at"),
        pytest.param("lonely.sql", "SELECT FROM WHERE", 1, id="a model that no longer parses"),
        pytest.param("a.sql", "SELEC", 4, id="readers of a model that no longer parses"),
    ],
)
def test_only_what_a_change_reaches_is_compiled(project, file, text, expected):
    compile_files(files_of(project))
    edit(project, file, text)

    assert compiled_now(project) == expected
    assert compiled_now(project) == 0


def test_a_touched_file_is_read_but_not_compiled(project):
    compile_files(files_of(project))
    os.utime(project / "models" / "a.sql", ns=(1, 1))

    assert compiled_now(project) == 0
    assert compiled_now(project) == 0


def test_a_new_model_takes_over_a_name_that_was_external(project):
    edit(project, "reads_raw.sql", "SELECT * FROM orders")
    compile_files(files_of(project))
    edit(project, "orders.sql", "SELECT 1 AS order_id")

    assert compiled_now(project) == 2
    assert compile_files(files_of(project)).project.models["reads_raw"].depends_on == ("orders",)


def test_a_removed_model_makes_its_readers_stale(project):
    compile_files(files_of(project))
    (project / "models" / "a.sql").unlink()

    assert compiled_now(project) == 3
    assert compiled_now(project) == 0


def test_shared_files_concern_all_models_of_their_directory(project):
    compile_files(files_of(project))
    edit(project, "_defaults.toml", '[target]\ncatalog = "lake"\nschema = "other"\n')

    assert compiled_now(project) == 5


def test_findings_on_shared_files_are_remembered(project):
    edit(project, "_defaults.toml", '[target]\ncatalog = "lake"\nschema = "main"\n[stratgy]\ntype = "view"\n')
    cold = compile_files(files_of(project)).project.diagnostics

    assert any("stratgy" in diagnostic.message for diagnostic in cold)
    assert compile_files(files_of(project)).project.diagnostics == cold


def test_an_environment_variable_that_a_sidecar_uses_is_part_of_the_sidecar(project):
    edit(project, "b.toml", '[target]\ntable = "${TABLE}"\n')
    compile_files(files_of(project, environment={"TABLE": "out_b_table"}))

    assert compiled_now(project, environment={"TABLE": "out_b_table"}) == 0
    assert compiled_now(project, environment={"TABLE": "other"}) == 5


def test_two_models_of_one_name_are_a_finding_and_the_first_is_kept(project):
    (project / "models" / "sub").mkdir()
    shutil.copy(project / "models" / "_defaults.toml", project / "models" / "sub" / "_defaults.toml")
    edit(project, "sub/lonely.sql", "SELECT 'second' AS two")
    found = compile_files(files_of(project)).project

    assert [(d.code, d.model, d.span.file) for d in found.diagnostics if d.code == "E051"] == [
        ("E051", "lonely", "models/sub/lonely.sql")
    ]
    assert found.models["lonely"].facts.columns[0].name == "one"
    assert compiled_now(project) == 0


@pytest.mark.parametrize("damage", ["facts", "head", "schema"])
def test_a_damaged_cache_costs_a_compile_and_nothing_else(project, damage):
    compile_files(files_of(project))
    with sqlite3.connect(project / ".rocky" / "cache" / "compile.db") as cache:
        cache.execute(f"UPDATE model SET {damage} = x'c1'")
    cache.close()
    edit(project, "a.sql", MODELS["a"].replace("BIGINT", "INTEGER"))

    content(compile_files(files_of(project)))
    assert compiled_now(project) in {0, 5}


def test_workers_give_what_one_process_gives(project, monkeypatch):
    serial = content(compile_files(files_of(project, cached=False)))
    forks = []
    monkeypatch.setattr(compile_workers, "_FEWEST_MODELS_WORTH_A_FORK", 1)
    monkeypatch.setattr(compile_workers, "_FEWEST_OF_A_LAYER_WORTH_A_MESSAGE", 1)
    monkeypatch.setattr(compile_workers, "_fork_is_safe", lambda: forks.append(True) or True)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})

    assert content(compile_files(files_of(project, cached=False))) == serial
    assert forks == [True]


def test_a_killed_worker_does_not_end_the_compile(project, monkeypatch):
    serial = content(compile_files(files_of(project, cached=False)))
    monkeypatch.setattr(compile_workers, "_FEWEST_MODELS_WORTH_A_FORK", 1)
    monkeypatch.setattr(compile_workers, "_FEWEST_OF_A_LAYER_WORTH_A_MESSAGE", 1)
    monkeypatch.setattr(compile_workers, "_fork_is_safe", lambda: True)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(compile_workers, "_serve", lambda *_: os._exit(9))

    assert content(compile_files(files_of(project, cached=False))) == serial
