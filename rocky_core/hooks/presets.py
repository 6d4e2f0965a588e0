"""What chat and alerting services want to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from rocky_core.config.hook_template import Template, parse_template

_SUMMARY: Final = (
    "rocky {{event}}: pipeline {{pipeline}}{{#if model}}, model {{model}}{{/if}}{{#if table}}, table {{table}}{{/if}}"
)
_ERROR: Final = "{{#if error}}: {{error}}{{/if}}"


class Preset(Struct, frozen=True):
    """A body, where it is not simply the whole event, and the metadata it cannot do without."""

    body: str | None = None
    needs: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({"Content-Type": "application/json"}))

    def template(self) -> Template | None:
        return None if self.body is None else _parsed(self.body)


@cache
def _parsed(body: str) -> Template:
    return parse_template(body)


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType({
    "generic": Preset(),
    "slack": Preset('{"text": "' + _SUMMARY + _ERROR + '"}'),
    "pagerduty": Preset(
        '{"routing_key": "{{metadata.routing_key}}", "event_action": "trigger", '
        '"dedup_key": "{{run_id}}/{{event}}{{#if model}}/{{model}}{{/if}}{{#if table}}/{{table}}{{/if}}", '
        '"payload": {"summary": "' + _SUMMARY + _ERROR + '", "source": "rocky", '
        '"severity": "{{metadata.severity}}", "timestamp": "{{timestamp}}", "component": "{{pipeline}}", '
        '"custom_details": {"run_id": "{{run_id}}"}}}',
        needs=("routing_key", "severity"),
    ),
    "datadog": Preset(
        '{"title": "' + _SUMMARY + '", "text": "run {{run_id}}' + _ERROR + '", '
        '{{#if error}}"alert_type": "error", {{/if}}"source_type_name": "rocky", '
        '"tags": ["pipeline:{{pipeline}}", "event:{{event}}"]}'
    ),
    "teams": Preset(
        '{"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": '
        '{"type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.4", '
        '"body": [{"type": "TextBlock", "weight": "Bolder", "wrap": true, "text": "' + _SUMMARY + '"}, '
        '{"type": "TextBlock", "wrap": true, "text": "run {{run_id}}' + _ERROR + '"}]}}]}'
    ),
})  # fmt: skip
