"""Delivers a webhook: body, signature, retries, all within two minutes."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from rocky_core.hooks.conceal import scrub
from rocky_core.hooks.definition import WebhookHook
from rocky_core.hooks.outside import Outside
from rocky_core.hooks.payload import Payload, encode_json
from rocky_core.hooks.template import render_template
from rocky_core.ir.hooks import HookResult, HookStatus
from rocky_core.ir.replace import replace
from rocky_core.ports.http_sender import HttpAnswer, HttpRequest, NoAnswer

SIGNATURE_HEADER: Final = "X-Rocky-Signature"
LONGEST_DELIVERY_SECONDS: Final = 120.0
LONGEST_DELAY_SECONDS: Final = 30.0
_SHOWN_REFUSAL: Final = 200


def deliver_webhook(hook: WebhookHook, payload: Payload, outside: Outside) -> HookResult:
    """What became of the request; any answer but 2xx is tried again as often as the hook says."""
    started = outside.clock.monotonic()
    told = replace(payload, metadata={**_severity(hook, payload), **payload.metadata, **hook.metadata})
    missing = [name for name in hook.needs if not told.metadata.get(name)]
    if missing:
        wanted = ", ".join(f'{name} = "…"' for name in missing)
        return _result(hook, payload, 0, f"the preset '{hook.preset}' needs metadata = {{ {wanted} }}", None)
    body = told.to_json() if hook.template is None else encode_json(render_template(hook.template, told.fields()))
    answer = _send_with_retries(hook, body, outside, started + LONGEST_DELIVERY_SECONDS)
    duration_ms = round((outside.clock.monotonic() - started) * 1000)
    match answer:
        case HttpAnswer(status=status) if 200 <= status < 300:
            return _result(hook, payload, duration_ms, None, status)
        case HttpAnswer(status=status, text=text):
            return _result(hook, payload, duration_ms, _refusal(hook, status, text), status)
        case NoAnswer(reason=reason):
            return _result(hook, payload, duration_ms, scrub(reason, hook.secrets), None)


def sign(secret: str, body: bytes) -> str:
    """The value of the signature header: whoever knows the secret can check that the body is ours."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def _send_with_retries(hook: WebhookHook, body: bytes, outside: Outside, deadline: float) -> HttpAnswer | NoAnswer:
    headers = dict(hook.headers)
    if hook.secret is not None:
        headers[SIGNATURE_HEADER] = sign(hook.secret, body)
    attempt = 0
    while True:
        attempt += 1
        left = deadline - outside.clock.monotonic()
        timeout = min(hook.timeout_ms / 1000, left)
        answer = outside.sender.send(HttpRequest(hook.method, hook.url, headers, body, timeout))
        if isinstance(answer, HttpAnswer) and 200 <= answer.status < 300:
            return answer
        # The exponent is bounded so that a large count cannot overflow; the delay is long at its limit by then.
        delay = min(hook.retry_delay_ms / 1000 * 2 ** min(attempt - 1, 40), LONGEST_DELAY_SECONDS)
        if attempt > hook.retry_count or outside.clock.monotonic() + delay >= deadline:
            return answer
        outside.clock.sleep(delay)


def _severity(hook: WebhookHook, payload: Payload) -> dict[str, object]:
    if "severity" not in hook.needs:
        return {}
    return {"severity": "error" if payload.error is not None else "info"}


def _refusal(hook: WebhookHook, status: int, text: str) -> str:
    redirect = " (redirects are not followed; give the final address)" if 300 <= status < 400 else ""
    said = scrub(text, hook.secrets)[:_SHOWN_REFUSAL]
    return f"answered {status}{redirect}{': ' if said else ''}{said}"


def _result(hook: WebhookHook, payload: Payload, duration_ms: int, fault: str | None, status: int | None) -> HookResult:
    return HookResult(
        event=payload.event,
        kind=hook.kind,
        target=hook.target,
        status=HookStatus.SUCCEEDED if fault is None else HookStatus.FAILED,
        duration_ms=duration_ms,
        on_failure=hook.on_failure,
        http_status=status,
        error=fault,
    )
