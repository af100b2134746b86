"""Where the records of a JSON document are, whatever an interface has wrapped around them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

KEY_COLUMN: Final = "键"
VALUE_COLUMN: Final = "值"
_MAX_DEPTH: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """`path` is dotted; `form` says how records were made of what stands there."""

    path: str
    form: str
    """`objects`, `arrays`, `keyed_objects`, `keyed_lists`, `pairs` or `single`."""
    items: list[Any]
    """Objects; other things are no record and are set aside by the reader."""
    others: tuple[str, ...] = ()
    """Paths of other lists of the same kind that were passed over."""


def at_path(document: Any, path: str) -> Any:
    """What stands at the dotted `path`; KeyError when there is nothing."""
    value = document
    for part in filter(None, path.split(".")):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise KeyError(path)
    return value


def find_records(document: Any, path: str = "") -> Records:
    """The records at `path`, or, where none is given, the longest list of objects (else of arrays) within.

    Raises:
        KeyError: nothing there can be read as records.
    """
    start = at_path(document, path)
    if isinstance(start, list):
        return _from_list(start, path)
    if not isinstance(start, dict) or not start:
        raise KeyError(path)
    keyed = _from_keyed(start, path)
    if keyed:
        return keyed
    lists = list(_lists(start, path))
    for wanted in (dict, list):
        found = [(at, items) for at, items in lists if items and isinstance(items[0], wanted)]
        if found:
            at, items = max(found, key=lambda entry: len(entry[1]))
            others = tuple(path for path, _ in found if path != at)
            return replace(_from_list(items, at), others=others)
    return Records(path=path, form="single", items=[start])


def _from_list(items: list[Any], path: str) -> Records:
    if any(isinstance(item, dict) for item in items):
        return Records(path=path, form="objects", items=items)
    if items and any(isinstance(item, list) for item in items):
        return Records(path=path, form="arrays", items=[_numbered(item) for item in items])
    # A plain list of values is a table of one column.
    return Records(path=path, form="arrays", items=[{VALUE_COLUMN: item} for item in items])


def _numbered(item: Any) -> Any:
    if not isinstance(item, list):
        return item
    return {f"列{index + 1}": value for index, value in enumerate(item)}


def _from_keyed(value: Mapping[str, Any], path: str) -> Records | None:
    """{key: record}, {key: [record …]} and {key: value} tables; None for an ordinary answer or record."""
    values = [entry for entry in value.values() if entry is not None]
    if len(value) < 2 or not values:
        return None
    if all(isinstance(entry, dict) for entry in values) and _alike(values):
        items = [{KEY_COLUMN: key, **(entry or {})} for key, entry in value.items()]
        return Records(path=path, form="keyed_objects", items=items)
    if all(isinstance(entry, list) for entry in values):
        inner = [item for entry in values for item in entry]
        if inner and all(isinstance(item, dict) for item in inner) and _alike(inner):
            items = [{KEY_COLUMN: key, **item} for key, entry in value.items() for item in entry or ()]
            return Records(path=path, form="keyed_lists", items=items)
    scalars = not any(isinstance(entry, dict | list) for entry in values)
    if scalars and len(value) >= 8 and len({type(entry) for entry in values}) == 1 and _are_data(value):
        items = [{KEY_COLUMN: key, VALUE_COLUMN: entry} for key, entry in value.items()]
        return Records(path=path, form="pairs", items=items)
    return None


def _are_data(value: Mapping[str, Any]) -> bool:
    """Keys that are names of things rather than of fields: mostly not ASCII identifiers."""
    return sum(key.isidentifier() and key.isascii() for key in value) * 2 < len(value)


def _alike(objects: list[Any]) -> bool:
    """Whether most objects share their keys with the first: records of one table."""
    first = set(objects[0])
    if not first:
        return False
    same = sum(len(first & set(entry)) * 2 >= len(first | set(entry)) for entry in objects[:200])
    return same * 10 >= len(objects[:200]) * 9


def _lists(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    if depth > _MAX_DEPTH or not isinstance(value, dict):
        return
    for key, entry in value.items():
        at = f"{path}.{key}" if path else key
        if isinstance(entry, list):
            yield at, entry
        else:
            yield from _lists(entry, at, depth + 1)
