"""Rules that say which rows are wrong."""

from jutong.dataflow.quality.agreement import AgreesWithCitizenId
from jutong.dataflow.quality.casts import CastsTo, cast_of
from jutong.dataflow.quality.check import check
from jutong.dataflow.quality.derive import KINDS, rule_from, rules_of, spec_of
from jutong.dataflow.quality.identifiers import CitizenIdValid, UsccValid
from jutong.dataflow.quality.rules import (
    DateSense,
    InCodeList,
    Length,
    Pattern,
    QualityRule,
    RegionValidAt,
    Required,
    Unique,
    WithinRange,
)

__all__ = [
    "KINDS",
    "AgreesWithCitizenId",
    "CastsTo",
    "CitizenIdValid",
    "DateSense",
    "InCodeList",
    "Length",
    "Pattern",
    "QualityRule",
    "RegionValidAt",
    "Required",
    "Unique",
    "UsccValid",
    "WithinRange",
    "cast_of",
    "check",
    "rule_from",
    "rules_of",
    "spec_of",
]
