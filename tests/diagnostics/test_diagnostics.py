"""Runs the pages beside this file: each shows projects and the whole list of what is found wrong with them.

A page is named `CODE_name.md`. Under each `##` heading stand fenced blocks: files of a project, such as
`sql models/a.sql`, then a `findings` block with one `file:line:col Severity CODE message` per finding and, indented,
its help. Files that follow a `findings` block change the same project, which is then compiled once more. A `hex` block
is a file of raw bytes, a `vars` block holds run variables. `rocky.toml` and `models/_defaults.toml` are there unless a
page writes them, and a `data/seed.sql` gives the sources their types.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rocky_core.api import ProjectOptions, open_project
from rocky_core.diagnostics.codes import ALL_CODES
from rocky_core.diagnostics.diagnostic import Diagnostic
from rocky_core.errors import CompileFailed, ConfigInvalid

PAGES = sorted(Path(__file__).parent.glob("*.md"))
DOCS = Path(__file__).parents[2] / "docs" / "diagnostics"

FENCE = re.compile(r"^(`{3,})(\w+) ?([^\n]*)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
USUAL_FILES = {
    "rocky.toml": '[adapter]\ntype = "duckdb"\npath = "house.duckdb"\n\n[freshness]\nexpected_lag_seconds = 86400\n',
    "models/_defaults.toml": '[target]\ncatalog = "house"\nschema = "main"\n',
}


@dataclass
class Step:
    """Files to write, and what is found when the project is compiled then."""

    files: dict[str, bytes] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    findings: str | None = None


@dataclass(frozen=True)
class Case:
    """One heading of a page."""

    page: Path
    heading: str
    steps: tuple[Step, ...]

    @property
    def code(self) -> str:
        return self.page.stem.split("_")[0]


def read_cases(page: Path) -> list[Case]:
    sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [Case(page, section.split("\n", 1)[0].strip(), read_steps(section)) for section in sections]


def read_steps(section: str) -> tuple[Step, ...]:
    steps = [Step()]
    for fence in FENCE.finditer(section):
        _, language, file, text = fence.groups()
        if language == "findings":
            steps[-1].findings = text
            steps.append(Step())
        elif language == "vars":
            steps[-1].variables.update(line.split("=", 1) for line in text.split())
        else:
            steps[-1].files[file] = bytes.fromhex(text) if language == "hex" else text.encode()
    assert steps[-1] == Step(), f"a step without findings: {section}"
    return tuple(steps[:-1])


def compile_project(root: Path, variables: dict[str, str]) -> tuple[Diagnostic, ...]:
    options = ProjectOptions(
        config_file=root / "rocky.toml", variables=variables, with_seed=(root / "data" / "seed.sql").exists()
    )
    try:
        return open_project(options).compile().diagnostics
    except (ConfigInvalid, CompileFailed) as error:
        return error.diagnostics


def spell(diagnostic: Diagnostic, root: Path) -> str:
    span = diagnostic.span
    place = f"{span.file}:{span.line}:{span.col}" if span else "-"
    line = f"{place} {diagnostic.severity} {diagnostic.code} {diagnostic.message}\n"
    for text in (diagnostic.suggestion or "").splitlines():
        line += f"    {text}\n"
    return line.replace(f"{root}/", "")


CASES = [case for page in PAGES for case in read_cases(page)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}: {case.heading}")
def test_the_page_tells_what_is_found(case, tmp_path):
    written = dict(USUAL_FILES)
    for step in case.steps:
        written |= step.files
        for file, content in (written if step is case.steps[0] else step.files).items():
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = "".join(spell(diagnostic, tmp_path) for diagnostic in compile_project(tmp_path, step.variables))
        assert found == step.findings


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_its_code_both_found_and_not_found(page):
    code = page.stem.split("_")[0]
    told = [f" {code} " in (step.findings or "") for case in read_cases(page) for step in case.steps]
    assert set(told) == {True, False}


def test_every_row_has_a_page_of_tests_and_no_page_is_without_a_row():
    assert [page.stem for page in PAGES] == sorted(f"{row.code}_{row.name}" for row in ALL_CODES)


def test_every_row_has_a_docs_page_and_no_page_is_without_a_row():
    assert sorted(page.stem for page in DOCS.glob("[A-Z]*.md")) == sorted(row.page for row in ALL_CODES)


def test_the_index_lists_every_row():
    rows = "".join(
        f"| [{row.code}]({row.page}.md) | {row.severity} | {row.name} | {row.summary} |\n" for row in ALL_CODES
    )
    assert (
        (DOCS / "index.md")
        .read_text(encoding="utf-8")
        .endswith(f"| Code | Severity | Name | Means |\n|---|---|---|---|\n{rows}")
    )


@pytest.mark.parametrize("row", ALL_CODES, ids=lambda row: row.code)
def test_a_docs_page_says_what_the_row_says(row):
    text = (DOCS / f"{row.page}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {row.code} · {row.name}\n\n{row.severity} · {row.summary}\n")
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Example", "## How to mend it"]
