"""Which tables of a database are no information resources, each with its reason."""

import re
from typing import Final

from jutong.dataflow.connectors.table_facts import TableFacts
from jutong.vocabulary.surveys import Skipped

_NAMES: Final[tuple[tuple[Skipped, re.Pattern[str]], ...]] = (
    (
        Skipped.MIGRATION,
        re.compile(r".*(migrations?|flyway|liquibase|databasechangelog|schema_version|alembic).*"),
    ),
    (
        Skipped.TEMPORARY,
        re.compile(
            r"(tmp|temp|bak|test|copy)_?.*|.*_(tmp|temp|bak|backup|old|copy|test|del|history_bak)[0-9_]*|.*_?(19|20)\d{6}"
            r"|.*(临时|备份|测试).*"
        ),
    ),
    (Skipped.LOG, re.compile(r"(.*_)?(logs?|rz|rzb|oper_?log|login_?log|audit|trace|czrz|dlrz)(_.*)?|.*日志.*")),
    (
        Skipped.PLATFORM,
        re.compile(
            r"(sys|auth|django|qrtz|act|gen|oauth|spring|pt|base_sys|xxl_job)_.*"
            r"|.*(session|token|queue|cache|captcha|shedlock|permission|role|menu)s?(_.*)?|spatial_ref_sys"
        ),
    ),
)  # fmt: skip
_CODES: Final = re.compile(r"(dict|dic|dm|code|zd|enum)_.*|.*_(dict|dic|dm|zd|code|enum)|.*(字典|代码)表?$")
_FEW_COLUMNS: Final = 4
_FEW_ROWS: Final = 3_000


def skipped_table(table: TableFacts) -> tuple[Skipped, str, str] | None:
    """Why `table` is passed over, with a sentence in both languages; None when it is to be proposed."""
    name = table.name.lower()
    if table.view:
        return _said(Skipped.VIEW, name)
    for reason, pattern in _NAMES:
        if pattern.fullmatch(name) or (table.comment and pattern.fullmatch(table.comment.lower())):
            return _said(reason, name)
    if not table.rows or not table.columns:
        return _said(Skipped.EMPTY, name)
    links = sum(bool(column.references) for column in table.columns)
    others = [c for c in table.columns if not c.references and c.name not in table.primary_key]
    if links >= 2 and not others:
        return _said(Skipped.LINK, name)
    if _CODES.fullmatch(name) and len(table.columns) <= _FEW_COLUMNS and table.rows <= _FEW_ROWS:
        return _said(Skipped.CODES, name)
    return None


def _said(reason: Skipped, name: str) -> tuple[Skipped, str, str]:
    return reason, f"表 {name}：{reason.zh}", f"The table {name}: {reason.en[0].lower()}{reason.en[1:]}"
