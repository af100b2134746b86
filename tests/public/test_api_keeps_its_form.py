"""What programs rely on: the description of /api/v1 is the stored one, and answers are as it says."""

import json
from pathlib import Path

from jutong.entrypoints.api.operations import operations
from jutong.entrypoints.api.schema import document

STORED = Path(__file__).with_name("api_v1.json")


def test_the_description_is_the_stored_one():
    """A change of a type that goes out is a change of the interface: look at it, then store it anew.

    `python tools/api_schema.py` does; the difference belongs into the change log.
    """
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    present = json.loads(json.dumps(document()))
    stored["info"].pop("x-platform-version")
    present["info"].pop("x-platform-version")
    assert present == stored


def test_every_reference_of_the_description_leads_somewhere():
    described = document()
    text = json.dumps(described)
    for name in described["components"]["schemas"]:
        assert f"/schemas/{name}" in text
    references = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert references <= set(described["components"]["schemas"])


def test_every_operation_has_a_name_of_its_own_and_speaks_both_languages():
    names = [operation.name for operation in operations()]
    assert len(names) == len(set(names))
    assert all(operation.zh and operation.en for operation in operations())
