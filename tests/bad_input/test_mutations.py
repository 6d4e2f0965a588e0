"""A valid project with anything changed in it gives findings or a clear error; never a traceback, never a hang."""

from __future__ import annotations

import json
import os
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("ROCKY_MUTATIONS", "60"))

_WORD = re.compile(rb"[A-Za-z_][A-Za-z_0-9]*")
_VALUE = re.compile(rb"(?<== )[^\n]+")
_STRANGE = [
    b"",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b'"',
    b"'",
    b"[",
    b"]",
    b"{",
    b"}",
    b"=",
    b"\n[",
    b"\r\n",
    b"--",
    b"/*",
    b"@var(",
    b"${",
    b"${HOME}",
    b"${NOWHERE}",
    b"---toml",
    b"(" * 300,
    "é\N{PILE OF POO}\u2028".encode(),
    b"1e999",
    b"-1",
    b"9" * 400,
    b"true",
    b"[[]]",
    b"{}",
    b"2025-01-01",
]
_OTHER_VALUES = [b"1", b"-1", b'""', b'"x"', b"true", b"[]", b"{}", b"[1, 2]", b"2025-01-01", b"1.5", b"nan", b'["a"]']


@st.composite
def mutation(draw, content):
    """The content with one thing changed: bytes, lines, words or values."""
    lines = content.splitlines(keepends=True)
    kind = draw(st.sampled_from(["flip", "insert", "drop", "double", "move", "rename", "value", "cut", "replace"]))
    at = draw(st.integers(0, max(len(content) - 1, 0)))
    line = draw(st.integers(0, max(len(lines) - 1, 0)))
    match kind:
        case "flip":
            return content[:at] + bytes([draw(st.integers(0, 255))]) + content[at + 1 :]
        case "insert":
            return content[:at] + draw(st.sampled_from(_STRANGE)) + content[at:]
        case "drop":
            return b"".join(lines[:line] + lines[line + 1 :])
        case "double":
            return b"".join(lines[: line + 1] + lines[line:])
        case "move":
            return b"".join([*lines[:line], *reversed(lines[line:])])
        case "rename":
            words = list(_WORD.finditer(content))
            if not words:
                return content
            word = draw(st.sampled_from(words))
            renamed = draw(st.sampled_from([b"x", b"", word.group() * 2, word.group()[:-1], word.group().upper()]))
            return content[: word.start()] + renamed + content[word.end() :]
        case "value":
            values = list(_VALUE.finditer(content))
            if not values:
                return content
            value = draw(st.sampled_from(values))
            return content[: value.start()] + draw(st.sampled_from(_OTHER_VALUES)) + content[value.end() :]
        case "cut":
            return content[:at]
        case _:
            return draw(st.binary(max_size=40))


@st.composite
def mutated_files(draw, files):
    """One to three files, each with one to three changes."""
    names = draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=3, unique=True))
    changed = {}
    for name in names:
        content = files[name].encode()
        for _ in range(draw(st.integers(1, 3))):
            content = draw(mutation(content))
        changed[name] = content
    return changed


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="ROCKY_MUTATIONS" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_whatever_is_changed_is_understood_or_reported(copies, valid_files, data):
    changed = data.draw(mutated_files(valid_files))
    with copies() as project:
        for name, content in changed.items():
            project.write(name, content)
        findings = project.findings()
        for code, file, line in findings:
            assert code == "error" or (file and line >= 1)
        for command in ("validate", "compile"):
            check_answer(project.rocky("-o", "json", command))
            table = project.rocky("-o", "table", command)
            assert (table.code in {0, 1}, bool(table.text.strip())) == (True, True)


def check_answer(outcome):
    """An answer is JSON on stdout; a refusal is an error with a message on stderr."""
    assert outcome.code in {0, 1}
    if not outcome.out.strip():
        assert outcome.code == 1
        assert outcome.err.strip()
        return
    answer = json.loads(outcome.out)
    errors = [
        one for one in answer.get("diagnostics", answer.get("messages", [])) if one["severity"].lower() == "error"
    ]
    assert bool(errors) == (outcome.code == 1), outcome.text
    assert all(one["message"] and one["code"] for one in errors)
