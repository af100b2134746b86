"""Codes of duties: the national shapes (GB/T 39554.1-2020) and the provincial one; kept raw, read as far as they go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jutong.control.duties.terms import CodeShape, TaskType
from jutong.vocabulary.identifiers import IdentifierInvalid, is_uscc, parse_service_item

# 事项码-区划(12)-分厅(3)-实施主体-类别(1)-版本(2), as 四川政务服务网 writes it.
_PROVINCIAL: Final = re.compile(
    r"(?P<basic>[0-9A-Z]+(?:-[0-9]+)*)-(?P<region>[0-9]{12})-(?P<branch>[0-9]{3})"
    r"-(?P<body>[0-9A-Za-z]+(?:-[0-9A-Za-z])?)-(?P<kind>[0-9])-(?P<version>[0-9]{2})"
)
# The letter within a provincial code, as the 1,135 items of one county have it beside their type.
_LETTERS: Final[Mapping[str, TaskType]] = {
    "A": TaskType.LICENCE,
    "E": TaskType.ADJUDICATION,
    "F": TaskType.CONFIRMATION,
    "G": TaskType.BENEFIT,
    "Z": TaskType.OTHER_POWER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCode:
    """A code as it was written, and what it says; a part that it does not say is empty."""

    raw: str
    shape: CodeShape
    basic: str = ""
    body: str = ""
    """The implementing body as it stands in the code."""
    region: str = ""
    """Six digits of the division."""
    branch: str = ""
    level: str = ""
    task_type: TaskType | None = None
    version: str = ""

    @property
    def uscc(self) -> str:
        """The body's unified social credit code; "" where the body is something else."""
        return self.body if is_uscc(self.body) else ""


def parse_duty_code(text: str) -> DutyCode:
    """What `text` says; a shape that is not known keeps its raw text and says nothing."""
    raw = text.strip()
    found = _PROVINCIAL.fullmatch(raw)
    if found:
        return DutyCode(
            raw=raw,
            shape=CodeShape.PROVINCIAL,
            basic=found["basic"],
            body=found["body"],
            region=found["region"][:6],
            branch=found["branch"],
            task_type=_provincial_type(found["basic"]),
            version=found["version"],
        )
    try:
        parts = parse_service_item(raw).parts()
    except IdentifierInvalid:
        return DutyCode(raw=raw, shape=CodeShape.OTHER)
    body = parts.get("body", "")
    return DutyCode(
        raw=raw,
        shape=CodeShape(parts["form"]),
        basic=raw if not body else raw[19:31],
        body=body,
        region=body[2:8],
        level=parts.get("level", ""),
        task_type=TaskType.from_official(parts["matter_type"]),
        version=parts.get("serial", ""),
    )


def _provincial_type(basic: str) -> TaskType | None:
    """`511A…` is a licence, `512…` a public service; older codes begin with the letter: `G-000007-001`."""
    if re.match(r"[0-9]{2}2", basic):
        return TaskType.PUBLIC_SERVICE
    letter = re.match(r"(?:[0-9]{2}1)?([A-Z])", basic)
    return _LETTERS.get(letter[1]) if letter else None


def stem_of(code: DutyCode) -> str:
    """What sibling duties share in their code: the basic code without its last three digits (子项)."""
    if code.shape in {CodeShape.BASIC, CodeShape.IMPLEMENTATION, CodeShape.HANDLING}:
        return code.basic[:9]
    return code.basic[:-3] if code.shape is CodeShape.PROVINCIAL and len(code.basic) > 8 else ""
