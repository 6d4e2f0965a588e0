"""`{{path}}` and `{{#if path}}…{{/if}}`, escaped as JSON."""

from __future__ import annotations

import json

import pytest

from rocky_core.config.hook_template import TemplateFault, parse_template, paths_of
from rocky_core.hooks.payload import encode_json
from rocky_core.hooks.template import render_template

FIELDS = {
    "event": "model_error",
    "error": 'a "quoted"\\ \n\tü 🥐',
    "duration_ms": 12,
    "metadata": {"passed": True, "failed": 0, "none": None, "columns": ["a", 'b"'], "empty": "", "deep": {"x": "y"}},
}

RENDERED = [
    ("plain", "plain"),
    ("", ""),
    ("{{event}}", "model_error"),
    ("{{ event }}!", "model_error!"),
    ('{"e": "{{error}}"}', '{"e": "a \\"quoted\\"\\\\ \\n\\tü 🥐"}'),
    ("{{duration_ms}}", "12"),
    ('"{{duration_ms}}"', '"12"'),
    ("{{model}}", ""),
    ("{{metadata.none}}", ""),
    ("{{metadata.nothing.below}}", ""),
    ("{{error.below}}", ""),
    ("{{metadata.passed}}", "true"),
    ("{{metadata.deep.x}}", "y"),
    ('{"c": {{metadata.columns}}}', '{"c": ["a", "b\\""]}'),
    ('{"c": "in {{metadata.columns}}"}', '{"c": "in [\\"a\\", \\"b\\\\\\"\\"]"}'),
    ('{"q": "\\"{{metadata.columns}}"}', '{"q": "\\"[\\"a\\", \\"b\\\\\\"\\"]"}'),
    ("{{#if error}}E{{/if}}", "E"),
    ("{{#if model}}M{{/if}}", ""),
    ("{{#if metadata.failed}}F{{/if}}", ""),
    ("{{#if metadata.empty}}F{{/if}}", ""),
    ("{{#if event}}a{{#if model}}b{{/if}}c{{#if error}}d{{/if}}{{/if}}e", "acde"),
    ('{"m": "{{#if event}}{{metadata.columns}}{{/if}}"}', '{"m": "[\\"a\\", \\"b\\\\\\"\\"]"}'),
    ("a } b }} { c", "a } b }} { c"),
]


@pytest.mark.parametrize(("template", "expected"), RENDERED)
def test_a_template_is_filled_in(template, expected):
    assert render_template(parse_template(template), FIELDS) == expected


FAULTS = [
    ("{{#if model}}x", "{{#if model}} is not closed by {{/if}}"),
    ("x{{/if}}", "{{/if}} closes nothing"),
    ("{{model", "'{{' is not closed by '}}'"),
    ("{{event}} {{", "'{{' is not closed by '}}'"),
    ("{{}}", "'{{}}' is neither a path such as {{model}} nor {{#if model}} or {{/if}}"),
    ("{{else}}{{a b}}", "'{{a b}}' is neither a path such as {{model}} nor {{#if model}} or {{/if}}"),
    ("{{#each x}}", "'{{#each x}}' is neither a path such as {{model}} nor {{#if model}} or {{/if}}"),
    ("{{#if a}}{{#if b}}{{/if}}", "{{#if a}} is not closed by {{/if}}"),
]


@pytest.mark.parametrize(("template", "message"), FAULTS)
def test_what_is_no_template_says_why(template, message):
    with pytest.raises(TemplateFault) as fault:
        parse_template(template)

    assert str(fault.value) == message


def test_every_path_is_known_to_the_checks():
    assert list(paths_of(parse_template("{{a}}{{#if b}}{{c}}{{#if d.e}}{{/if}}{{/if}}"))) == ["a", "b", "c", "d.e"]


@pytest.mark.parametrize(
    "error", ['"', "\\", "\x00\x1f\x7f", "\n\r\t", "🥐" * 1000, "\udce9", "{{event}}", '"}, "x": {"']
)
def test_no_value_breaks_out_of_its_json_text(error):
    body = encode_json(render_template(parse_template('{"t": "{{error}}"}'), {"error": error}))

    assert json.loads(body) == {"t": error}
