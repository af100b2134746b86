"""The names of what an entry and an item consist of, in the reader's language: for forms, comparisons and lists."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from django.utils.functional import lazy

from jutong.control.catalogue import api as catalogue
from jutong.pages.context import error_language

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _pick(zh: str, en: str) -> str:
    return zh if error_language() == "zh" else en


_lazy = lazy(_pick, str)
# Element of `EntryDraft` → its name, made when a page is drawn.
ELEMENTS: Final[Mapping[str, "_StrPromise"]] = {
    name: cast("_StrPromise", _lazy(zh, en)) for name, (zh, en) in catalogue.ELEMENTS.items()
}
# Element of `InformationItem` → its name.
ITEM_ELEMENTS: Final[Mapping[str, "_StrPromise"]] = {
    name: cast("_StrPromise", _lazy(zh, en)) for name, (zh, en) in catalogue.ITEM_ELEMENTS.items()
}


def label_of(name: str) -> str:
    """The name of an element of an item, or else of an entry."""
    return str(ITEM_ELEMENTS.get(name) or ELEMENTS[name])
