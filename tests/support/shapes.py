"""The shape of a JSON value: its keys and kinds, without what it says."""

from typing import Any


def shape(value: Any) -> Any:
    """Keys kept, values replaced by their kind; a list is the shape of its first member."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return {bool: "boolean", int: "number", float: "number", str: "text", type(None): "null"}[type(value)]


def assert_keeps(promised: Any, given: Any, place: str = "answer") -> None:
    """Every promised key is there with its kind; `any` promises the key alone, and more keys may come."""
    if promised == "any":
        return
    if isinstance(promised, dict):
        for key, inner in promised.items():
            assert key in given, f"{place} lost {key}"
            assert_keeps(inner, given[key], f"{place}.{key}")
    elif isinstance(promised, list) and promised and given:
        assert_keeps(promised[0], given[0], f"{place}[]")
    elif not isinstance(promised, list):
        assert promised == given, place
