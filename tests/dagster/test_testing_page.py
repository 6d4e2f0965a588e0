"""What the page on testing shows passes as it stands."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


def test_the_tests_of_the_page_pass(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    shown: dict[str, object] = {}
    exec(compile(code, str(PAGE), "exec"), shown)  # noqa: S102 — the page is ours

    tests = {name: test for name, test in shown.items() if name.startswith("test_")}
    assert len(tests) == 2
    for name, test in tests.items():
        (tmp_path / name).mkdir()
        test(tmp_path / name)
