"""The first credential of the chain that is there is used, and the others say why they are not."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from rocky_core.config.adapters import Adapter
from rocky_core.errors import UserError
from rocky_core.ports.warehouse import AuthLink
from rocky_core.warehouses.snowflake.auth import choose_credentials
from rocky_core.warehouses.snowflake.settings import read_settings

PAT, OAUTH, INLINE, KEY, PASSWORD = (
    "programmatic access token (pat)",
    "OAuth token (oauth_token)",
    "key pair (private_key)",
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
            ("used", LATER, UNSET, LATER, LATER),
            {"user": "u", "authenticator": "PROGRAMMATIC_ACCESS_TOKEN", "token": "s1"},
            id="all",
        ),
        pytest.param(
            {"pat": "", "oauth_token": "s2"},
            (UNSET, "used", UNSET, UNSET, UNSET),
            {"authenticator": "OAUTH", "token": "s2"},
            id="an empty text is not set",
        ),
        pytest.param(
            {"private_key_path": "k.p8", "private_key_passphrase": "s4", "username": "u", "password": "s3"},
            (UNSET, UNSET, UNSET, "used", LATER),
            {"user": "u", "authenticator": "SNOWFLAKE_JWT", "private_key_file": "k.p8", "private_key_password": "s4"},
            id="an encrypted key before the password",
        ),
        pytest.param(
            {"private_key_path": "", "username": "u", "password": "s3"},
            (UNSET, UNSET, UNSET, UNSET, "used"),
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
        for name, reason in zip((PAT, OAUTH, INLINE, KEY, PASSWORD), reasons, strict=True)
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
        f"adapter 'prod' has no credentials: {PAT}: {UNSET}; {OAUTH}: {UNSET}; {INLINE}: {UNSET}; {KEY}: {USER};"
        f" {PASSWORD}: {USER}"
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


@pytest.fixture(scope="module")
def signing_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def der(key) -> bytes:
    form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form)


def pem(key, passphrase=None) -> str:
    lock = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock).decode()


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
@pytest.mark.parametrize("is_encoded", [True, False])
def test_a_key_in_the_settings_is_read_before_anybody_logs_in(signing_key, passphrase, is_encoded, tmp_path):
    text = pem(signing_key, passphrase)
    written = base64.b64encode(text.encode()).decode() if is_encoded else text
    settings = {"username": "u", "private_key": written, "private_key_path": "k.p8", "password": "s"}
    found = choose_credentials("prod", adapter(private_key_passphrase=passphrase, **settings), tmp_path)

    assert [link.reason for link in found.chain] == [UNSET, UNSET, "used", LATER, LATER]
    assert found.options == {"user": "u", "authenticator": "SNOWFLAKE_JWT", "private_key": der(signing_key)}
    assert written not in repr((found, adapter(**settings)))


@pytest.mark.parametrize("passphrase", [None, "another"])
def test_a_key_in_the_settings_that_cannot_be_read_is_not_shown(signing_key, passphrase, tmp_path):
    wrong = [pem(signing_key, "open sesame"), "never-shown", base64.b64encode(b"never-shown").decode()]
    for text in wrong:
        settings = {"username": "u", "private_key": text, "private_key_passphrase": passphrase}
        with pytest.raises(UserError) as refused:
            choose_credentials("prod", adapter(**settings), tmp_path)

        assert refused.value.message.startswith("the private key of adapter 'prod' cannot be read: it is no PEM text")
        assert text not in str(refused.value)
        assert refused.value.__suppress_context__


def test_a_key_that_is_not_used_is_not_read(tmp_path):
    found = choose_credentials("prod", adapter(pat="s1", username="u", private_key="no key at all"), tmp_path)

    assert [(link.name, link.reason) for link in found.chain][::2] == [
        ("programmatic access token (pat)", "used"),
        ("key pair (private_key)", "an earlier one is used"),
        ("password", "not set"),
    ]


def test_a_key_in_the_settings_needs_a_user(signing_key, tmp_path):
    with pytest.raises(UserError, match=r"private_key\): it needs username as well"):
        choose_credentials("prod", adapter(private_key=pem(signing_key)), tmp_path)


def test_the_schema_is_where_names_without_one_are_looked_for(tmp_path):
    settings = {"username": "u", "password": "s", "database": "SHOP", "schema": "MAIN"}
    options = read_settings("prod", adapter(**settings), tmp_path).options

    assert (options["database"], options["schema"]) == ("SHOP", "MAIN")
