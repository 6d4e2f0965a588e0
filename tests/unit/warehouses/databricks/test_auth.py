"""Which credential is used, and why the others are not."""

from __future__ import annotations

import pytest

from rocky_core.config.adapters import Adapter
from rocky_core.warehouses.databricks.auth import choose_credentials

PAT = "personal access token (token)"
OAUTH = "OAuth of a service principal (client_id, client_secret)"
DEFAULT = "default chain of the Databricks SDK"
TOKEN, CLIENT, HIDDEN = {"token": "dapi-1"}, {"client_id": "me"}, {"client_secret": "hush"}


@pytest.mark.parametrize(
    ("settings", "options", "shown"),
    [
        (TOKEN, {"auth_type": "pat", **TOKEN}, ("used", "not set", "an earlier one is used")),
        (
            TOKEN | CLIENT | HIDDEN,
            {"auth_type": "pat", **TOKEN},
            ("used", "an earlier one is used", "an earlier one is used"),
        ),
        (
            CLIENT | HIDDEN,
            {"auth_type": "oauth-m2m", **CLIENT, **HIDDEN},
            ("not set", "used", "an earlier one is used"),
        ),
        (CLIENT, {}, ("not set", "it needs client_secret as well", "used")),
        (HIDDEN, {}, ("not set", "it needs client_id as well", "used")),
        ({"token": ""}, {}, ("not set", "not set", "used")),
    ],
)
def test_the_first_that_is_there_is_used(
    settings: dict[str, str], options: dict[str, str], shown: tuple[str, ...]
) -> None:
    chosen = choose_credentials(Adapter.model_validate({"type": "databricks", "host": "https://acme", **settings}))
    assert (chosen.options, tuple((link.name, link.reason) for link in chosen.chain)) == (
        options,
        tuple(zip((PAT, OAUTH, DEFAULT), shown, strict=True)),
    )
    assert [link.is_used for link in chosen.chain] == [reason == "used" for reason in shown]
    assert "dapi-1" not in repr(chosen)
    assert "hush" not in repr(chosen)
