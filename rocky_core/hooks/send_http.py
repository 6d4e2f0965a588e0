"""Sends a request with `requests`, in a limited time whatever the other side does."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from rocky_core.ports.http_sender import HttpAnswer, HttpRequest, NoAnswer

if TYPE_CHECKING:
    import requests

_SHOWN_BYTES: Final = 1024
_THREAD: Final = "rocky-webhook"
_LOGGERS_THAT_NAME_THE_ADDRESS: Final = ("urllib3.connection", "urllib3.connectionpool")


class RequestsSender:
    """Requests from this machine, with its proxies and certificates."""

    def send(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        """Wait no longer than allowed: the library's own limit starts again with every byte that arrives."""
        answers: list[HttpAnswer | NoAnswer] = []
        sending = threading.Thread(target=lambda: answers.append(_send(request)), name=_THREAD, daemon=True)
        sending.start()
        sending.join(request.timeout_seconds)
        return answers[0] if answers else _too_late(request)


def _send(request: HttpRequest) -> HttpAnswer | NoAnswer:
    import requests  # noqa: PLC0415 — only a project with webhooks needs it

    for name in _LOGGERS_THAT_NAME_THE_ADDRESS:
        logging.getLogger(name).addFilter(_is_not_ours)  # Adding it again changes nothing.
    try:
        with requests.request(
            request.method,
            request.url,
            data=request.body,
            headers=dict(request.headers),
            auth=_credentials(request.url),
            timeout=request.timeout_seconds,
            allow_redirects=False,  # A signature and a token are for one address only.
            stream=True,
        ) as answer:
            return HttpAnswer(answer.status_code, "" if answer.ok else _beginning(answer))
    except requests.exceptions.SSLError:
        return NoAnswer("no secure connection: the certificate was not accepted")
    except requests.Timeout:
        return _too_late(request)
    except requests.ConnectionError:
        return NoAnswer("no connection, or it was closed before an answer came")
    except (requests.RequestException, ValueError) as error:
        return NoAnswer(f"the request cannot be made ({type(error).__name__}): look at its url, method and headers")


def _is_not_ours(record: logging.LogRecord) -> bool:
    """Whether a line of the library's log is about a request that is not a webhook: their addresses are secret."""
    return record.threadName != _THREAD


def _beginning(answer: requests.Response) -> str:
    """The first line of a refusal; one that breaks off is no news."""
    import requests  # noqa: PLC0415 — see above

    try:
        text = next(answer.iter_content(_SHOWN_BYTES), b"").decode("utf-8", "replace")
    except requests.RequestException:
        return ""
    return text.strip().partition("\n")[0]


def _credentials(url: str) -> requests.auth.AuthBase:
    """Those of the address, and else none: a `.netrc` must not replace the header that the project gives."""
    from requests.auth import AuthBase, HTTPBasicAuth  # noqa: PLC0415 — see above

    class NoCredentials(AuthBase):
        def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
            return prepared

    parts = urlsplit(url)
    if parts.username is None:
        return NoCredentials()
    return HTTPBasicAuth(unquote(parts.username).encode(), unquote(parts.password or "").encode())


def _too_late(request: HttpRequest) -> NoAnswer:
    return NoAnswer(f"no answer within {round(request.timeout_seconds * 1000)} ms")
