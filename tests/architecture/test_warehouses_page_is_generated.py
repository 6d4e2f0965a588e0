"""The page of capabilities says what dialects and adapters declare."""

from tools.warehouses import PAGE, page


def test_the_page_is_what_they_declare():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.warehouses"
