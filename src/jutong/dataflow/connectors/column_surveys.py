"""The item that a column proposes, and for each element how sure it is and why."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from jutong.dataflow.connectors.coded import CodedColumn, recognise_code_list
from jutong.dataflow.connectors.profile import ColumnProfile, FileProfile
from jutong.dataflow.connectors.propose import CONVINCED, field_names, item_of, key_of, name_of
from jutong.dataflow.connectors.table_facts import ColumnFacts
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.code_lists import code_list
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.identifiers import KINDS
from jutong.vocabulary.surveys import ColumnSurvey, Evidence

_DECLARED: Final[tuple[tuple[re.Pattern[str], DataType], ...]] = (
    (re.compile(r"(small|big|tiny|medium)?int(eger)?([248])?\b.*|(small|big)?serial.*"), DataType.INTEGER),
    (re.compile(r"(numeric|decimal|number).*"), DataType.NUMBER),
    (re.compile(r"money.*"), DataType.MONEY),
    (re.compile(r"(real|float4?).*"), DataType.FLOAT),
    (re.compile(r"(double|float8).*"), DataType.DOUBLE),
    (re.compile(r"bool.*"), DataType.BOOLEAN),
    (re.compile(r"(timestamp|datetime).*"), DataType.TIMESTAMP),
    (re.compile(r"date"), DataType.DATE),
    (re.compile(r"(bytea|blob|.*binary|geometry|geography).*"), DataType.GENERAL),
)
_SIZED: Final = re.compile(r".*\((\d+)(?:,\s*(\d+))?\).*")
# Registers whose numbers must never become numbers.
_STAYS_TEXT: Final = frozenset(Meaning) - {
    Meaning.DATE, Meaning.TIMESTAMP, Meaning.BIRTH_DATE, Meaning.LONGITUDE, Meaning.LATITUDE, Meaning.GEOMETRY,
}  # fmt: skip


def column_survey(
    profile: ColumnProfile, field: str, facts: ColumnFacts, *, is_key: bool, sampled: int
) -> ColumnSurvey:
    """A column of a database, its declared type and comment before what the sample shows."""
    item = item_of(profile, field, is_key=is_key, comment=facts.comment)
    item = _declared(item, facts)
    survey = _surveyed(profile, item, comment=facts.comment, values=profile.values)
    evidence = dict(survey.evidence)
    if is_key:
        evidence["key"] = Evidence(confidence=1.0, zh="数据库声明为主键", en="declared as the primary key")
    if facts.source_type:
        evidence["data_type"] = Evidence(
            confidence=0.95,
            zh=f"数据库声明的类型是 {facts.source_type}",
            en=f"declared as {facts.source_type}",
        )
    if not sampled:
        evidence.pop("meaning", None)
    return replace(survey, source_type=facts.source_type, references=facts.references, evidence=evidence)


def surveys_of_profile(profile: FileProfile) -> tuple[ColumnSurvey, ...]:
    """The columns of a file that was read whole."""
    fields = field_names([column.name for column in profile.columns])
    key = key_of(profile)
    found = []
    for column, field in zip(profile.columns, fields, strict=True):
        item = item_of(column, field, is_key=column is key)
        survey = _surveyed(column, item, comment="", values=column.values)
        if column is key:
            said = Evidence(
                confidence=0.8,
                zh=f"全部 {column.rows} 行都有值且互不相同",
                en=f"filled and different in all of {column.rows} rows",
            )
            survey = replace(survey, evidence={**survey.evidence, "key": said})
        found.append(survey)
    return tuple(found)


def declared_type(source_type: str) -> tuple[DataType | None, int | None]:
    """What a database's own type says: the data type, or for a text its length; None where it says nothing."""
    kind = next((t for pattern, t in _DECLARED if pattern.fullmatch(source_type.lower())), None)
    sized = _SIZED.fullmatch(source_type)
    return kind, int(sized[1]) if sized and kind is None else None


def _declared(item: InformationItem, facts: ColumnFacts) -> InformationItem:
    kind = next((t for pattern, t in _DECLARED if pattern.fullmatch(facts.source_type.lower())), None)
    sized = _SIZED.fullmatch(facts.source_type)
    if item.meaning in _STAYS_TEXT:
        kind, item = DataType.TEXT, replace(item, data_type=DataType.TEXT)
    if kind is None or kind is DataType.TEXT:
        if sized and item.data_type is DataType.TEXT:
            return replace(item, length=int(sized[1]))
        return item
    scale = int(sized[2]) if sized and sized[2] and kind is DataType.NUMBER else None
    return replace(item, data_type=kind, length=None, scale=scale)


def _surveyed(
    profile: ColumnProfile, item: InformationItem, *, comment: str, values: tuple[str | None, ...]
) -> ColumnSurvey:
    name = name_of(profile, comment)
    evidence = {"name": Evidence(confidence=name.confidence, zh=name.zh, en=name.en)}
    evidence |= _meaning(profile, comment)
    coded = recognise_code_list(profile.name, values, comment)
    if coded is not None and item.meaning in {
        None,
        Meaning.SEX,
        Meaning.NATION,
        Meaning.INDUSTRY,
        Meaning.REGION_CODE,
    }:
        item = replace(item, code_list=coded.code_list)
        evidence["code_list"] = _coded(coded)
    return ColumnSurvey(
        column=profile.name,
        comment=comment,
        source_type=profile.source_type,
        item=item,
        nulls=profile.nulls,
        distinct=profile.distinct,
        evidence=evidence,
    )


def _meaning(profile: ColumnProfile, comment: str) -> Mapping[str, Evidence]:
    found = profile.recognition
    if found.meaning is None:
        return {}
    kind = KINDS.get(found.meaning.value)
    rule_zh = f" {kind.standard} 校验" if kind else "校验"
    rule_en = f"the {kind.standard} check" if kind else "the check"
    where_zh = f"列注释“{comment[:20]}”" if comment else f"列名 {profile.name}"
    said_zh = [f"{where_zh}符合“{found.meaning.zh}”"] if found.evidence.name_matched else []
    said_en = [f"the name says {found.meaning.en.lower()}"] if found.evidence.name_matched else []
    if found.evidence.checked:
        said_zh.append(f"{found.evidence.checked:,} 个不同的值中 {found.evidence.passed:,} 个通过{rule_zh}")
        said_en.append(
            f"{found.evidence.passed:,} of {found.evidence.checked:,} distinct values pass {rule_en}"
        )
    said = Evidence(confidence=round(found.confidence, 3), zh="；".join(said_zh), en="; ".join(said_en))
    doubt_zh = "" if found.confidence >= CONVINCED else "，虽不确定，先从严"
    doubt_en = "" if found.confidence >= CONVINCED else ", in doubt the stricter one"
    protected = Evidence(
        confidence=said.confidence,
        zh=f"按识别为“{found.meaning.zh}”定级和脱敏{doubt_zh}",
        en=f"level and mask follow from {found.meaning.en.lower()}{doubt_en}",
    )
    return {"meaning": said, "level": protected, "mask": protected}


def _coded(coded: CodedColumn) -> Evidence:
    known = code_list(coded.code_list)
    return Evidence(
        confidence=coded.confidence,
        zh=f"{coded.checked} 个不同的值中 {coded.passed} 个是“{known.zh}”的{'名称' if coded.by_name else '代码'}",
        en=f"{coded.passed} of {coded.checked} distinct values are {'names' if coded.by_name else 'codes'} of {known.en}",
    )
