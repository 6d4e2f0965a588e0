"""A user's mistake gets a sentence and a way out, never a traceback."""

from __future__ import annotations

import pytest

from rocky_core.cli import application

MISTAKES = [
    (("comple",), "there is no command 'comple' — did you mean 'compile'?"),
    (("compile", "--modell", "x"), "No such option '--modell'"),
    (("compile",), "no models found in 'models'"),
    (("lineage", "m"), "no models found in 'models'"),
    (("-c", "sub/rocky.toml", "compile"), "No rocky.toml found at 'sub/rocky.toml'"),
    (("validate",), "No rocky.toml found at 'rocky.toml'"),
    (("list", "adapters"), "No rocky.toml found at 'rocky.toml'"),
    (("compile", "-o", "xml"), "'xml' is not one of"),
    (("compile", "--target-dialect", "oracle"), "'oracle' is not one of"),
    (("fmt", "nowhere"), "Path 'nowhere' does not exist"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES, ids=str)
def test_a_mistake_is_said_in_one_sentence_with_a_hint(rocky, arguments, message):
    failed = rocky(*arguments)

    assert (failed.code, failed.out) == (1, "")
    assert message in failed.err
    assert "Traceback" not in failed.err
    assert "hint: " in failed.err


@pytest.mark.parametrize("arguments", [(), ("list",)], ids=str)
def test_half_a_command_shows_how_it_goes_on(rocky, arguments):
    shown = rocky(*arguments)

    assert (shown.code, shown.out) == (1, "")
    assert shown.err.startswith("Usage: rocky")
    assert "Commands:" in shown.err


def test_an_unknown_model_is_refused_by_every_command_that_takes_one(playground):
    for arguments in (
        ("compile", "--model", "daily_sale"),
        ("test", "--model", "daily_sale"),
        ("lineage", "daily_sale"),
        ("emit-sql", "--model", "daily_sale"),
        ("list", "deps", "daily_sale"),
        ("list", "consumers", "daily_sale"),
    ):
        failed = playground(*arguments)
        assert (failed.code, failed.out) == (1, "")
        assert "model 'daily_sale' not found" in failed.err
        assert "did you mean 'daily_sales'?" in failed.err


def test_a_broken_configuration_fails_every_command_with_its_place(playground, write):
    write({"bakery/rocky.toml": '[adapter]\ntype = "duckdb"\n[pipelin]\ntype = "transformation"\n'})

    for arguments in (
        ("compile",),
        ("test",),
        ("ci",),
        ("lineage", "daily_sales"),
        ("dag",),
        ("list", "models"),
        ("emit-sql",),
    ):
        failed = playground(*arguments)
        assert (failed.code, failed.out) == (1, "")
        assert "rocky.toml:3:" in failed.err
        assert "[pipelin]" in failed.err
        assert "did you mean 'pipeline'?" in failed.err


def test_diagnostics_show_the_line_with_the_fault_underlined(playground, write):
    write({"bakery/models/marts/broken.sql": "SELECT\n    shop_nam\nFROM stg_shops\n"})

    failed = playground("compile", "--with-seed", "-o", "table")

    assert failed.code == 1
    assert "  ✗ broken" in failed.out
    assert "models/marts/broken.sql:2:5\n  |\n2 |     shop_nam\n  |     ^^^^^^^^" in failed.out
    assert "rocky compile --model broken" in failed.out


def test_a_fault_of_ours_says_so_and_shows_the_traceback_only_on_demand(rocky, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(application.LazyGroup, "get_command", fail)

    failed = rocky("compile")

    assert failed.code == 1
    assert "rocky itself failed (ZeroDivisionError: boom)" in failed.err
    assert "Traceback" not in failed.err
    with pytest.raises(ZeroDivisionError):
        rocky("compile", "--debug")


def test_an_interrupt_ends_with_130(rocky, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(application.LazyGroup, "get_command", interrupt)

    assert rocky("compile").code == 130


def test_a_folder_of_contracts_that_is_not_there_is_named(playground):
    done = playground("compile", "--contracts", "contract")

    assert done.code == 0
    assert "warning: there is no folder 'contract', so no contract is read from it" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--watch", "--dry-run"), "--dry-run is about one run, and --watch makes many"),
        (("run", "--watch", "--resume-latest"), "--resume-latest is about one run, and --watch makes many"),
        (("run", "--semantic"), "--semantic has no meaning here: `rocky lineage-diff REF` shows"),
        (("plan", "--base", "main"), "--base has no meaning here: `rocky lineage-diff REF` compares"),
        (("run", "--governance-override", "{}"), "--governance-override has no meaning here"),
    ],
)
def test_options_that_cannot_be_honoured_say_what_holds_instead(rocky, arguments, said):
    ran = rocky(*arguments)

    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


@pytest.mark.parametrize("option", ["--no-reuse", "--assume-fresh-state"])
def test_options_that_hold_anyway_are_accepted_with_a_note(rocky, option):
    assert f"note: {option} changes nothing" in rocky("run", option).err
