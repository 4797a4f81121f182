"""The generated table of the Compose schema."""

from __future__ import annotations

from shipworthy.docsgen.compose_table import generate
from shipworthy.model.compose.schema_table import DEFINITIONS, ROOT

SCHEMA = {
    "$defs": {
        "shared": {"type": "object", "properties": {"image": {"type": "string"}}},
        "service": {
            "description": "A sentence that must not be taken over.",
            "allOf": [{"$ref": "#/$defs/shared"}],
            "properties": {"scale": {"type": ["integer", "string"], "minimum": 0}},
            "patternProperties": {"^x-": {}},
            "unevaluatedProperties": False,
        },
        "unused": {"type": "null"},
    },
    "type": "object",
    "properties": {"services": {"patternProperties": {".+": {"$ref": "#/$defs/service"}}}},
    "additionalProperties": False,
}


def test_it_takes_facts_and_no_sentences() -> None:
    text = generate(SCHEMA)
    assert "sentence" not in text
    assert "unused" not in text
    assert "'scale': Rule(types=('integer', 'string'), minimum=0)" in text
    assert "'image': Rule(types=('string',))" in text
    assert text.count("closed=True") == 2


def test_the_table_knows_what_a_service_may_hold() -> None:
    assert {"services", "volumes", "include"} <= set(ROOT.properties)
    service = DEFINITIONS["service"]
    assert service.closed
    assert {"build", "image", "develop", "volumes"} <= set(service.properties)
