"""Code lists of the field, each with its source, edition and what it leaves out."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from jutong.vocabulary.divisions import regions_at
from jutong.vocabulary.errors import CodeListUnknown
from jutong.vocabulary.identifiers.catalogue_codes import LEVELS, MATTER_TYPES
from jutong.vocabulary.identifiers.organisation import AUTHORITIES
from jutong.vocabulary.identifiers.place import FIXTURES, OWNERSHIP, PARCELS
from jutong.vocabulary.industries import INDUSTRY_SOURCE, industries


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A list of codes and their Chinese names, in the order of its source."""

    name: str
    zh: str
    en: str
    source: str
    edition: str
    entries: Mapping[str, str]
    coverage: str = ""
    """What of the source is left out; empty when nothing is."""
    confirmed: bool = False
    """Whether the list was compared with a second source; otherwise compare it with the standard before relying on it."""

    @property
    def title(self) -> str:
        return self.zh

    def name_of(self, code: str) -> str | None:
        return self.entries.get(code)

    def code_of(self, name: str) -> str | None:
        """The first code with this name, None when no entry has it."""
        return next((code for code, entry in self.entries.items() if entry == name), None)


def code_list(name: str) -> CodeList:
    """The list called `name`.

    Raises:
        CodeListUnknown: there is none.
    """
    known = code_lists()
    if name not in known:
        raise CodeListUnknown(name=name, known=", ".join(known))
    return known[name]


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Every list by name."""
    return MappingProxyType(
        {entry.name: entry for entry in (*_written(), _industry(), *_derived(), *_divisions())}
    )


def _written() -> Iterable[CodeList]:
    text = (files("jutong.vocabulary") / "data/code_lists.toml").read_text(encoding="utf-8")
    for fields in tomllib.loads(text)["list"]:
        yield CodeList(**{**fields, "entries": MappingProxyType(fields["entries"])})


def _industry() -> CodeList:
    return CodeList(
        name="industry",
        zh="国民经济行业分类",
        en="Industries of the national economy",
        source=INDUSTRY_SOURCE,
        edition="2017",
        entries=MappingProxyType({code: entry.name for code, entry in industries().items()}),
        coverage=(
            "门类20个、大类97个、中类473个、小类1382个，代码和名称齐全；类目说明未收录。"
            "名称与多份公开转录逐条比对，未与标准文本比对；第1号修改单对923中类的改动只有一份转录印证。"
        ),
        confirmed=True,
    )


def _derived() -> Iterable[CodeList]:
    """Lists that identifiers are made of, written down where those are parsed."""
    uscc = "GB 32100-2015 法人和其他组织统一社会信用代码编码规则"
    yield _list(
        "registration_authority", "登记管理部门代码", "Registration authority", uscc, "2015", _authorities()
    )
    yield _list("body_type", "机构类别代码", "Type of body", uscc, "2015", _body_types())
    items = "GB/T 39554.1-2020 全国一体化政务服务平台 政务服务事项 编码要求"
    yield _list(
        "matter_type",
        "政务服务事项类型",
        "Type of service item",
        items,
        "2020",
        MATTER_TYPES,
        confirmed=False,
    )
    yield _list("exercise_level", "行使层级", "Level of exercise", items, "2020", LEVELS)
    units = "GB/T 37346-2019 不动产单元设定与代码编制规则"
    yield _list(
        "land_ownership", "土地所有权类型代码", "Land ownership", units, "2019", OWNERSHIP, confirmed=True
    )
    yield _list("parcel_type", "宗地（宗海）特征码", "Type of parcel", units, "2019", PARCELS, confirmed=True)
    yield _list("fixture_type", "定着物特征码", "Type of fixture", units, "2019", FIXTURES, confirmed=True)


def _authorities() -> Mapping[str, str]:
    return {code: name for code, (name, _) in AUTHORITIES.items()}


def _body_types() -> Mapping[str, str]:
    return {
        f"{code}{body}": f"{name}：{body_name}"
        for code, (name, bodies) in AUTHORITIES.items()
        for body, body_name in bodies.items()
    }


def _divisions() -> Iterable[CodeList]:
    source = "GB/T 2260 中华人民共和国行政区划代码；国家地名信息库"
    yield _list(
        "region",
        "行政区划代码（现行）",
        "Regions in force",
        source,
        "2026-09",
        dict(regions_at()),
        confirmed=True,
    )
    yield _list(
        "region_1980",
        "行政区划代码（1980年末）",
        "Regions at the end of 1980",
        source,
        "1980",
        _regions_in(1980),
    )
    yield _list(
        "region_2000",
        "行政区划代码（2000年末）",
        "Regions at the end of 2000",
        source,
        "2000",
        _regions_in(2000),
    )
    yield _list(
        "region_2020",
        "行政区划代码（2020年末）",
        "Regions at the end of 2020",
        source,
        "2020",
        _regions_in(2020),
    )


def _regions_in(year: int) -> Mapping[str, str]:
    return dict(regions_at(date(year, 12, 31)))


def _list(
    name: str,
    zh: str,
    en: str,
    source: str,
    edition: str,
    entries: Mapping[str, str],
    *,
    confirmed: bool = False,
) -> CodeList:
    return CodeList(
        name=name,
        zh=zh,
        en=en,
        source=source,
        edition=edition,
        entries=MappingProxyType(dict(entries)),
        confirmed=confirmed,
    )
