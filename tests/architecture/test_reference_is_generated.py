"""The reference pages say what the validating classes say."""

from pathlib import Path

import pytest

from tools.reference import FOLDER, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_page_is_what_the_classes_say(name):
    assert Path(FOLDER, name).read_text(encoding="utf-8") == pages()[name].rstrip() + "\n", (
        "run: python -m tools.reference"
    )
