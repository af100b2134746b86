"""Options of a source as people and forms give them, checked before anything is opened."""

from collections.abc import Mapping
from typing import Any

from jutong.dataflow.connectors.errors import OptionInvalid
from jutong.kernel.settings import Secret


def refuse_unknown(options: Mapping[str, Any], known: frozenset[str]) -> None:
    """Raises `OptionInvalid` for an option that this kind of source does not have."""
    for option in options:
        if option not in known:
            raise OptionInvalid(
                option=option,
                reason_zh=f"此类数据源没有该参数，可用参数为 {'、'.join(sorted(known))}",
                reason_en=f"this kind of source has no such option; it has {', '.join(sorted(known))}",
            )


def text_option(options: Mapping[str, Any], name: str, default: str = "") -> str:
    """The option as text; raises `OptionInvalid` for anything else."""
    value = options.get(name, default)
    if value is None:
        return default
    if isinstance(value, Secret):
        return value.reveal()
    if not isinstance(value, str) or "\0" in value:
        raise OptionInvalid(option=name, reason_zh="应为文本", reason_en="it must be text")
    return value.strip()


def flag_option(options: Mapping[str, Any], name: str) -> bool | None:
    """Yes or no; None where nothing was said; raises `OptionInvalid` for anything else."""
    value = options.get(name)
    if value is None or isinstance(value, bool):
        return value
    said = {"": None, "yes": True, "true": True, "no": False, "false": False}
    if str(value).strip().lower() not in said:
        raise OptionInvalid(option=name, reason_zh="应为 yes 或 no", reason_en="it must be yes or no")
    return said[str(value).strip().lower()]


def number_option(options: Mapping[str, Any], name: str, default: int, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`; raises `OptionInvalid` for anything else."""
    value = options.get(name)
    if value is None or value == "":
        return default
    try:
        number = int(str(value))
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise OptionInvalid(
            option=name,
            reason_zh=f"应为 {low} 到 {high} 之间的整数",
            reason_en=f"it must be a whole number from {low} to {high}",
        )
    return number


def header_option(options: Mapping[str, Any]) -> int | None:
    """Where the header stands: a row number from 1, 0 for none, or None to find it (`auto`)."""
    value = options.get("header", "auto")
    if value in {"auto", "", None}:
        return None
    if value == "none":
        return 0
    try:
        row = int(value)
    except (TypeError, ValueError):
        row = 0
    if row < 1:
        raise OptionInvalid(
            option="header",
            reason_zh="应为 auto、none 或表头所在的行号",
            reason_en="it must be auto, none or the number of the header's row",
        )
    return row
