"""`rediss://`: a real Valkey behind a real TLS endpoint, with certificates made for the test."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rocky_core.errors import StateUnreachable
from rocky_core.ir.world import Watermark
from rocky_core.state.open_redis import RedisOptions, open_redis
from rocky_core.state.patience import Patience

from .conftest import take
from .cutting_proxy import pump_both_ways
from .worker import START, TABLE, RealClock, namespace_of


def certificate(folder, name, address, issuer=None):
    """A key, and a certificate that the issuer, or it itself, has signed; gives what signs others."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signing_key, signer = (key, subject) if issuer is None else issuer
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .sign(signing_key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / f"{name}.key").write_bytes(text)
    return key, subject


@contextlib.contextmanager
def encrypted(folder, name, to_port):
    """Takes encrypted connections and hands them on; gives the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        with contextlib.suppress(OSError):
            while True:
                raw, _ = listener.accept()
                try:
                    client = context.wrap_socket(raw, server_side=True)
                except OSError:
                    raw.close()
                    continue
                pump_both_ways(client, socket.create_connection(("127.0.0.1", to_port)))

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("certificates")
    ours = certificate(made, "ca", "127.0.0.1")
    certificate(made, "server", "127.0.0.1", ours)
    certificate(made, "elsewhere", "127.9.9.9", ours)
    certificate(made, "stranger", "127.0.0.1")
    return made


# Which certificate the server shows, which authority is trusted, and what is said of it; nothing: it works.
CONNECTIONS = {
    "signed by the authority that is trusted": ("server", "ca", None),
    "signed by nobody that is trusted": ("stranger", "ca", "certificate verify failed"),
    "of another host": ("elsewhere", "ca", "certificate verify failed"),
    "no authority is named": ("server", None, "certificate verify failed"),
}


@pytest.mark.parametrize(("shown", "trusted", "refused"), CONNECTIONS.values(), ids=CONNECTIONS)
def test_an_encrypted_connection_is_made_only_with_whom_it_should_be(
    shown, trusted, refused, folder, tmp_path, valkey_url
):
    with encrypted(folder, shown, urlsplit(valkey_url).port) as port:
        authority = "" if trusted is None else f"?ssl_ca_certs={folder / trusted}.pem"
        address = f"rediss://127.0.0.1:{port}/0{authority}"
        options = RedisOptions(address, namespace=namespace_of(tmp_path), patience=Patience(max_retries=0))
        if refused is None:
            store = open_redis(options, RealClock())
            store.set_watermark(take(store, "sales", "run-1").lease, TABLE, Watermark("2026-01-01", START))
            assert store.watermark(TABLE).last_value == "2026-01-01"
            assert store.location.startswith(f"rediss://127.0.0.1:{port}/0 under")
            store.close()
        else:
            with pytest.raises(StateUnreachable, match=refused):
                open_redis(options, RealClock())
