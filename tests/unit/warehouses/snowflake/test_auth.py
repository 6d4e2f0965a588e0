"""The first credential of the chain that is there is used, and the others say why they are not."""

from __future__ import annotations

import pytest

from rocky_core.config.adapters import Adapter
from rocky_core.errors import UserError
from rocky_core.ports.warehouse import AuthLink
from rocky_core.warehouses.snowflake.auth import choose_credentials
from rocky_core.warehouses.snowflake.settings import read_settings

PAT, OAUTH, KEY, PASSWORD = (
    "programmatic access token (pat)",
    "OAuth token (oauth_token)",
    "key pair (private_key_path)",
    "password",
)
LATER, UNSET, USER = "an earlier one is used", "not set", "it needs username as well"


def adapter(**settings) -> Adapter:
    return Adapter.model_validate({"type": "snowflake", "account": "acme-one", **settings})


@pytest.mark.parametrize(
    ("settings", "reasons", "options"),
    [
        pytest.param(
            {"pat": "s1", "oauth_token": "s2", "private_key_path": "k.p8", "username": "u", "password": "s3"},
            ("used", LATER, LATER, LATER),
            {"user": "u", "authenticator": "PROGRAMMATIC_ACCESS_TOKEN", "token": "s1"},
            id="all",
        ),
        pytest.param(
            {"pat": "", "oauth_token": "s2"},
            (UNSET, "used", UNSET, UNSET),
            {"authenticator": "OAUTH", "token": "s2"},
            id="an empty text is not set",
        ),
        pytest.param(
            {"private_key_path": "k.p8", "private_key_passphrase": "s4", "username": "u", "password": "s3"},
            (UNSET, UNSET, "used", LATER),
            {"user": "u", "authenticator": "SNOWFLAKE_JWT", "private_key_file": "k.p8", "private_key_password": "s4"},
            id="an encrypted key before the password",
        ),
        pytest.param(
            {"private_key_path": "", "username": "u", "password": "s3"},
            (UNSET, UNSET, UNSET, "used"),
            {"user": "u", "password": "s3"},
            id="password",
        ),
    ],
)
def test_the_first_that_is_there_is_used(settings, reasons, options, tmp_path):
    (tmp_path / "k.p8").write_text("a key")
    found = choose_credentials("prod", adapter(**settings), tmp_path)

    assert found.chain == tuple(
        AuthLink(name, reason == "used", reason)
        for name, reason in zip((PAT, OAUTH, KEY, PASSWORD), reasons, strict=True)
    )
    if "private_key_file" in options:
        options = {**options, "private_key_file": str(tmp_path / "k.p8")}
    assert found.options == options
    assert not any(secret in repr(found) for secret in ("s1", "s2", "s3", "s4"))


def test_without_any_each_says_what_it_lacks(tmp_path):
    settings = {"private_key_path": "k.p8", "password": "hidden"}
    with pytest.raises(UserError) as raised:
        choose_credentials("prod", adapter(**settings), tmp_path)

    assert raised.value.message == (
        f"adapter 'prod' has no credentials: {PAT}: {UNSET}; {OAUTH}: {UNSET}; {KEY}: {USER}; {PASSWORD}: {USER}"
    )
    assert "[adapter.prod]" in str(raised.value.hint)


def test_a_key_that_cannot_be_read_is_said_before_anybody_logs_in(tmp_path):
    with pytest.raises(UserError, match="No such file or directory"):
        choose_credentials("prod", adapter(private_key_path="gone.p8", username="u"), tmp_path)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        (None, {}),
        ("acme.privatelink.snowflakecomputing.com", ("acme.privatelink.snowflakecomputing.com", "https", 443)),
        ("http://127.0.0.1:8080", ("127.0.0.1", "http", 8080)),
        ("https://one.example:8443/", ("one.example", "https", 8443)),
    ],
)
def test_a_host_of_ones_own_is_an_address(host, address, tmp_path):
    options = read_settings("prod", adapter(host=host, pat="s"), tmp_path).options

    found = tuple(options[key] for key in ("host", "protocol", "port") if key in options)
    assert found == (address or ())


@pytest.mark.parametrize("host", ["http://", "ftp://x", "x:port"])
def test_a_host_that_is_none_is_refused(host, tmp_path):
    with pytest.raises(UserError, match="is no address"):
        read_settings("prod", adapter(host=host, pat="s"), tmp_path)


def test_an_account_is_needed(tmp_path):
    with pytest.raises(UserError, match="does not say which account"):
        read_settings("prod", Adapter.model_validate({"type": "snowflake", "pat": "s"}), tmp_path)
