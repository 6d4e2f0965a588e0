"""What rocky.toml may say of a SQL warehouse, and what is said of the rest."""

from __future__ import annotations

import pytest

from rocky_core.config.adapters import Adapter
from rocky_core.errors import UserError
from rocky_core.warehouses.databricks.settings import DatabricksSettings, read_settings

GOOD = {"host": "acme.cloud.databricks.com", "http_path": "/sql/1.0/warehouses/0123456789abcdef", "token": "dapi-hush"}


def read(**settings: object) -> DatabricksSettings:
    return read_settings("lake", Adapter.model_validate({"type": "databricks", **GOOD, **settings}))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("https://acme.cloud.databricks.com", "0123456789abcdef", "", "", 10, None)),
        ({"host": "https://acme.cloud.databricks.com/"}, ("https://acme.cloud.databricks.com", *[None] * 5)),
        ({"host": "https://acme.net/?o=123"}, ("https://acme.net", *[None] * 5)),  # As the browser shows it.
        ({"host": "http://127.0.0.1:8080"}, ("http://127.0.0.1:8080", *[None] * 5)),
        ({"http_path": "sql/1.0/warehouses/ab-12/"}, (None, "ab-12", *[None] * 4)),
        ({"http_path": "0123abcd"}, (None, "0123abcd", *[None] * 4)),
        ({"database": "main", "volume": "/Volumes/a/b/c/d/"}, (None, None, "main", "/Volumes/a/b/c/d", None, None)),
        ({"max_concurrency": 3, "timeout_secs": 60}, (None, None, None, None, 3, 60)),
    ],
)
def test_settings_are_read(settings: dict[str, object], expected: tuple[object, ...]) -> None:
    found = read(**settings)
    told = (
        found.host,
        found.warehouse_id,
        found.catalog,
        found.volume,
        found.max_concurrency,
        found.timeout_seconds,
    )
    assert [one for one, wanted in zip(told, expected, strict=True) if wanted is not None] == [
        wanted for wanted in expected if wanted is not None
    ]
    assert "hush" not in repr(found)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"host": ""}, "adapter 'lake' does not say which workspace it is for"),
        ({"host": "https://acme:port"}, "the host of adapter 'lake' is no address: 'https://acme:port'"),
        ({"host": "ftp://acme"}, "the host of adapter 'lake' is no address: 'ftp://acme'"),
        ({"host": "https://acme/path"}, "the host of adapter 'lake' is no address: 'https://acme/path'"),
        ({"host": "https://me:dapi-hush@acme"}, "the host of adapter 'lake' holds a user's name"),
        ({"host": "https://me:dapi-hush@acme:port"}, "the host of adapter 'lake' holds a user's name"),
        ({"http_path": None}, "adapter 'lake' does not say which SQL warehouse runs its statements"),
        (
            {"http_path": "/sql/protocolv1/o/1/0123-456-abc"},
            "the http_path of adapter 'lake' names no SQL warehouse: '/sql/protocolv1/o/1/0123-456-abc'",
        ),
        ({"http_path": "/a?b"}, "the http_path of adapter 'lake' names no SQL warehouse: '/a?b'"),
        ({"volume": "/elsewhere"}, "the volume of adapter 'lake' is no folder of a volume: '/elsewhere'"),
        (
            {"volume": "/Volumes/a/b/c/../d"},
            "the volume of adapter 'lake' is no folder of a volume: '/Volumes/a/b/c/../d'",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_adapters_name(settings: dict[str, object], told: str) -> None:
    with pytest.raises(UserError) as raised:
        read(**settings)
    assert raised.value.message == told
    assert raised.value.hint
