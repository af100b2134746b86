"""Standards over HTTP, for programs."""

from dataclasses import dataclass
from typing import Final

from jutong.control.directory.http import Operation
from jutong.control.standards import api
from jutong.control.standards.api import CodeItem, CodeListVersionView, ElementView


@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuery:
    text: str = ""


OPERATIONS: Final = (
    Operation(
        name="list_data_elements",
        method="GET",
        path="/standards/elements",
        zh="数据元",
        en="Data elements",
        query=TextQuery,
        answer=tuple[ElementView, ...],
        run=lambda call: api.data_elements(call.query.text),
    ),
    Operation(
        name="list_code_lists",
        method="GET",
        path="/standards/code-lists",
        zh="代码集",
        en="Code lists",
        query=TextQuery,
        answer=tuple[CodeListVersionView, ...],
        run=lambda call: api.code_lists(call.query.text),
    ),
    Operation(
        name="list_codes",
        method="GET",
        path="/standards/code-lists/{name}/codes",
        zh="一个代码集的代码",
        en="Codes of a list",
        answer=tuple[CodeItem, ...],
        run=lambda call: api.code_items(call.path["name"]),
    ),
)
