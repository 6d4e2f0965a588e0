"""Which credential is used, and why the others are not."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import impersonated_credentials
from google.oauth2 import credentials as token_credentials
from google.oauth2 import service_account

from rocky_core.config.adapters import Adapter
from rocky_core.errors import UserError
from rocky_core.warehouses.bigquery.auth import KEY_VARIABLE, TOKEN_VARIABLE, choose_credentials
from rocky_core.warehouses.bigquery.settings import read_settings

TOKEN, WRITTEN, KEY, DEFAULT, OTHER = (
    "access token (token)",
    "service account (credentials_json)",
    "service account (credentials_path)",
    "application default",
    "impersonation (impersonate_service_account)",
)


@pytest.fixture(autouse=True)
def nothing_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (TOKEN_VARIABLE, KEY_VARIABLE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def key() -> dict[str, Any]:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "type": "service_account",
        "private_key": made.private_bytes(*form).decode(),
        "client_email": "rocky@acme.iam.gserviceaccount.com",
        "token_uri": "https://127.0.0.1:9/token",
    }


@pytest.fixture
def folder(tmp_path: Path, key: dict[str, Any]) -> Path:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(key))
    file.chmod(0o600)
    return tmp_path


def adapter(**settings: object) -> Adapter:
    return Adapter.model_validate({"type": "bigquery", "project_id": "acme-data", **settings})


def shown(settings: dict[str, object], folder: Path) -> dict[str, tuple[bool, str]]:
    return {
        link.name: (link.is_used, link.reason) for link in choose_credentials("bq", adapter(**settings), folder).chain
    }


NOT_SET = (False, "not set")
EARLIER = (False, "an earlier one is used")


@pytest.mark.parametrize(
    ("settings", "chain"),
    [
        pytest.param(
            {"token": "t", "credentials_path": "key.json"},
            {TOKEN: (True, "used"), WRITTEN: NOT_SET, KEY: EARLIER, DEFAULT: EARLIER, OTHER: NOT_SET},
            id="a token comes first",
        ),
        pytest.param(
            {"token": "", "credentials_path": "key.json"},
            {TOKEN: NOT_SET, WRITTEN: NOT_SET, KEY: (True, "used"), DEFAULT: EARLIER, OTHER: NOT_SET},
            id="an empty token is none",
        ),
        pytest.param(
            {},
            {TOKEN: NOT_SET, WRITTEN: NOT_SET, KEY: NOT_SET, DEFAULT: (True, "used"), OTHER: NOT_SET},
            id="what the machine has",
        ),
        pytest.param(
            {"credentials_path": "key.json", "impersonate_service_account": "loader@acme.iam.gserviceaccount.com"},
            {
                TOKEN: NOT_SET,
                WRITTEN: NOT_SET,
                KEY: (True, "used"),
                DEFAULT: EARLIER,
                OTHER: (True, "used, as loader@acme.iam.gserviceaccount.com"),
            },
            id="in another's name",
        ),
    ],
)
def test_the_first_link_that_is_set_is_used(folder, settings, chain):
    assert shown(settings, folder) == chain


@pytest.mark.parametrize("is_encoded", [True, False])
def test_a_key_in_the_settings_is_used_before_one_in_a_file(folder, key, is_encoded):
    text = json.dumps(key)
    written = base64.b64encode(text.encode()).decode() if is_encoded else text
    settings = {"credentials_json": written, "credentials_path": "key.json"}

    assert shown(settings, folder) == {
        TOKEN: NOT_SET,
        WRITTEN: (True, "used"),
        KEY: EARLIER,
        DEFAULT: EARLIER,
        OTHER: NOT_SET,
    }
    chosen = choose_credentials("bq", adapter(credentials_json=written), folder)
    made = chosen.make()
    assert isinstance(made, service_account.Credentials)
    assert made.service_account_email == key["client_email"]
    assert written not in repr((chosen, adapter(credentials_json=written)))


@pytest.mark.parametrize("text", ["never-shown!", "eyJuZXZlciI6", '{"never-shown": 1}', "bmV2ZXI=", "[]", "W10="])
def test_a_key_in_the_settings_that_is_none_is_not_shown(folder, text):
    with pytest.raises(UserError) as refused:
        choose_credentials("bq", adapter(credentials_json=text), folder)

    assert refused.value.message.startswith("the key of adapter 'bq' is none of a service account: credentials_json")
    assert text not in str(refused.value)
    assert refused.value.__suppress_context__


def test_the_environment_stands_in_for_settings(folder, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, str(folder / "key.json"))
    assert shown({}, folder)[KEY] == (True, "used")

    monkeypatch.setenv(TOKEN_VARIABLE, "t")
    assert shown({}, folder)[TOKEN] == (True, "used")


def test_a_key_that_others_may_read_is_used_and_told(folder):
    (folder / "key.json").chmod(0o644)

    assert shown({"credentials_path": "key.json"}, folder)[KEY] == (
        True,
        "used, but others on this machine may read its file",
    )


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"token": "t"}, token_credentials.Credentials),
        ({"credentials_path": "key.json"}, service_account.Credentials),
        (
            {"credentials_path": "key.json", "impersonate_service_account": "a@b.iam.gserviceaccount.com"},
            impersonated_credentials.Credentials,
        ),
    ],
)
def test_what_is_made_is_what_is_shown(folder, settings, kind):
    assert isinstance(choose_credentials("bq", adapter(**settings), folder).make(), kind)


def test_a_login_of_another_kind_is_left_to_google(folder, monkeypatch):
    login = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    (folder / "login.json").write_text(json.dumps(login))
    monkeypatch.setenv(KEY_VARIABLE, str(folder / "login.json"))

    chosen = choose_credentials("bq", adapter(), folder)

    told = (False, f"{KEY_VARIABLE} names a login of another kind")
    assert shown({}, folder) == {TOKEN: NOT_SET, WRITTEN: NOT_SET, KEY: told, DEFAULT: (True, "used"), OTHER: NOT_SET}
    assert isinstance(chosen.make(), token_credentials.Credentials)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("no json", "is none of a service account"),
        ('{"type": "authorized_user"}', "is none of a service account"),
        ("[]", "is none of a service account"),
        ('{"type": "service_account"}', "is none of a service account"),
    ],
)
def test_a_key_that_is_none_is_told_before_anybody_is_asked(tmp_path, content, message):
    if content is not None:
        (tmp_path / "key.json").write_text(content)

    with pytest.raises(UserError, match=message):
        choose_credentials("bq", adapter(credentials_path="key.json"), tmp_path)


def test_no_secret_is_ever_shown(folder, key):
    settings = adapter(token="s3cret", credentials_path="key.json")  # noqa: S106 — that is the point
    text = repr(read_settings("bq", settings, folder))

    assert "s3cret" not in text
    assert key["private_key"][40:80] not in text


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"project_id": None}, "does not say which project"),
        ({"host": "http://"}, "is no address"),
        ({"host": "ftp://x"}, "is no address"),
        ({"host": "https://x:port"}, "is no address"),
    ],
)
def test_settings_that_cannot_be_used_are_told(tmp_path, settings, message):
    with pytest.raises(UserError, match=message):
        read_settings("bq", adapter(token="t", **settings), tmp_path)  # noqa: S106 — none


def test_settings_are_what_the_adapter_says(tmp_path):
    given = adapter(
        token="t",  # noqa: S106 — none
        location="EU",
        host="bigquery-ours.p.googleapis.com",
        timeout_secs=30,
        max_concurrency=3,
    )

    found = read_settings("bq", given, tmp_path)

    assert (found.project, found.location, found.address, found.timeout_seconds, found.max_concurrency) == (
        "acme-data",
        "EU",
        "https://bigquery-ours.p.googleapis.com",
        30.0,
        3,
    )
