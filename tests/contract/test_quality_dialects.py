"""Every kind of rule can be said in the dialects of the engines that the platform is made for."""

from datetime import date

import pytest
from sqlglot import parse_one

from jutong.dataflow.quality import KINDS, cast_of, rule_from
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import RuleSpec

PARAMETERS = {
    "length": {"most": 9},
    "pattern": {"pattern": "[一-龥·]{2,20}"},
    "code_list": {"codes": [f"{n:02d}" for n in range(60)]},
    "range": {"low": 1, "high": 2},
    "type": {"data_type": "timestamp"},
    "agrees_with_id": {"part": "birth_date"},
}


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_rule_is_said_and_understood_in_every_dialect(kind, dialect):
    spec = RuleSpec(code="r", kind=kind, fields=("姓名", "id_no"), parameters=PARAMETERS.get(kind, {}))
    text = rule_from(spec, date(2026, 3, 2)).violation().sql(dialect=dialect, unsupported_level="RAISE")
    assert parse_one(text, read=dialect) is not None


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
@pytest.mark.parametrize("data_type", list(DataType))
def test_a_cast_is_said_and_understood_in_every_dialect(data_type, dialect):
    text = cast_of("v", data_type).sql(dialect=dialect)
    assert parse_one(text, read=dialect) is not None
