"""What is odd about the rows of a list, said row by row; pure, over what is known around the list."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from jutong.control.duties.codes import parse_duty_code
from jutong.control.duties.terms import CodeShape, FindingKind
from jutong.control.duties.values import DutyRow, RowFinding
from jutong.vocabulary.divisions import region
from jutong.vocabulary.errors import RegionUnknown
from jutong.vocabulary.identifiers.organisation import uscc_fault

_BROKEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LIMITS: Final[Mapping[str, int]] = {
    "code": 80,
    "name": 500,
    "main_item": 500,
    "parent_code": 80,
    "label": 120,
    "uscc": 40,
}
_LONGEST: Final = 20_000


def findings_of(rows: Sequence[DutyRow], *, taken: Collection[str]) -> tuple[RowFinding, ...]:
    """Everything worth telling, in the order of the rows; `taken` are codes that stand in other series."""
    repeated = {code for code, count in Counter(row.code for row in rows if row.code).items() if count > 1}
    names = Counter((row.region, row.label, row.name) for row in rows)
    parents = {row.code: row.parent_code for row in rows if row.parent_code}
    codes = {row.code for row in rows}
    found: list[RowFinding] = []
    for row in rows:
        found.extend(_faults(row, repeated, taken))
        found.extend(_parent_findings(row, parents, codes))
        found.extend(_code_findings(row))
        found.extend(_uscc_findings(row))
        if names[row.region, row.label, row.name] > 1 and row.name:
            found.append(_found(row, FindingKind.NAME_REPEATED, f"“{row.name}”", row.name))
    return tuple(found)


def _found(row: DutyRow, kind: FindingKind, zh: str = "", en: str = "") -> RowFinding:
    return RowFinding(
        row=row.number,
        kind=kind,
        code=row.code[:80],
        zh=f"第{row.number}条：{kind.zh}{'：' + zh if zh else ''}",
        en=f"Row {row.number}: {kind.en[0].lower() + kind.en[1:]}{': ' + en if en else ''}",
    )


def out_of_scope(row: DutyRow) -> RowFinding:
    return _found(row, FindingKind.OUT_OF_SCOPE, f"“{row.label}”", row.label)


def department_unknown(row: DutyRow) -> RowFinding:
    return _found(row, FindingKind.DEPARTMENT_UNKNOWN, f"“{row.label}”", row.label)


def _faults(row: DutyRow, repeated: Collection[str], taken: Collection[str]) -> Iterator[RowFinding]:
    if not row.code:
        yield _found(row, FindingKind.CODE_MISSING)
    if not row.name:
        yield _found(row, FindingKind.NAME_MISSING)
    if row.code in repeated:
        yield _found(row, FindingKind.CODE_REPEATED, row.code[:80], row.code[:80])
    if row.code in taken:
        yield _found(row, FindingKind.CODE_ELSEWHERE, row.code[:80], row.code[:80])
    for name in row.__dataclass_fields__:
        value = getattr(row, name)
        if isinstance(value, str) and (len(value) > _LIMITS.get(name, _LONGEST) or _BROKEN.search(value)):
            yield _found(row, FindingKind.TEXT_BROKEN, name, name)


def _parent_findings(
    row: DutyRow, parents: Mapping[str, str], codes: Collection[str]
) -> Iterator[RowFinding]:
    if not row.parent_code:
        return
    if row.parent_code not in codes:
        yield _found(row, FindingKind.PARENT_UNKNOWN, row.parent_code[:80], row.parent_code[:80])
    seen, above = {row.code}, row.parent_code
    while above:
        if above == row.code:
            yield _found(row, FindingKind.PARENT_CIRCULAR, row.parent_code[:80], row.parent_code[:80])
            return
        if above in seen:
            return  # a circle further up, told at its own rows
        seen.add(above)
        above = parents.get(above, "")


def _code_findings(row: DutyRow) -> Iterator[RowFinding]:
    code = parse_duty_code(row.code)
    if row.code and code.shape is CodeShape.OTHER:
        yield _found(row, FindingKind.CODE_UNKNOWN, row.code[:80], row.code[:80])
    if row.task_type is None:
        yield _found(row, FindingKind.TYPE_UNKNOWN)
    elif code.task_type and code.task_type is not row.task_type:
        yield _found(
            row,
            FindingKind.TYPE_DIFFERS,
            f"编码为{code.task_type.zh}，列中为{row.task_type.zh}",
            f"{code.task_type.en} in the code, {row.task_type.en} in the column",
        )
    if code.body and not code.uscc:
        yield _found(row, FindingKind.BODY_NOT_USCC, code.body, code.body)
    elif code.uscc and row.uscc and code.uscc != row.uscc.upper():
        yield _found(row, FindingKind.BODY_DIFFERS, f"{code.uscc}、{row.uscc}", f"{code.uscc} and {row.uscc}")


def _uscc_findings(row: DutyRow) -> Iterator[RowFinding]:
    uscc = row.uscc or parse_duty_code(row.code).uscc
    if not uscc:
        yield _found(row, FindingKind.USCC_MISSING)
    elif fault := uscc_fault(uscc):
        yield _found(row, FindingKind.USCC_WRONG, f"{uscc}（{fault.zh}）", f"{uscc} ({fault.en})")
    else:
        yield from _region_findings(row, uscc[2:8], row.region)
    if row.region:
        yield from _old_region(row, row.region)


def _old_region(row: DutyRow, code: str) -> Iterator[RowFinding]:
    try:
        known = region(code)
    except RegionUnknown:
        return
    if not known.in_force:
        now = "、".join(f"{one.name}（{one.code}）" for one in known.successors) or "—"
        en = ", ".join(one.code for one in known.successors) or "-"
        yield _found(row, FindingKind.REGION_OLD, f"{code} {known.name} → {now}", f"{code} → {en}")


def _region_findings(row: DutyRow, registered: str, at: str) -> Iterator[RowFinding]:
    """A body registered in another region than that of its duty: as a rule under a code of before a change."""
    yield from _old_region(row, registered)
    if not at or registered in {at, "100000"}:
        return
    # The authority above may have registered it: of the prefecture, of the province.
    if registered in {f"{at[:4]}00", f"{at[:2]}0000", f"{at[:4]}01"}:
        return
    try:
        where = region(registered).full_name
    except RegionUnknown:
        where = "未列入区划代码表"
    yield _found(
        row,
        FindingKind.REGION_ELSEWHERE,
        f"登记在 {registered}（{where}），事项在 {at}",
        f"registered in {registered}, the duty is of {at}",
    )
