"""Settings: one frozen class a component, each field with its `JUTONG_…` variable and a line of help."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self, dataclass_transform

import msgspec

from jutong.kernel.errors import JutongError


class SettingInvalid(JutongError):
    code = "settings.invalid"
    zh = "环境变量 {variable} 的值无法使用：{reason}。请按“{help_zh}”改正后重新启动。"
    en = "The variable {variable} cannot be used: {reason}. Correct it ({help_en}) and start again."


class Secret(str):
    """A text that prints as `***`; `reveal` gives it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return "***"

    def reveal(self) -> str:
        return "".join(self)


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """One setting as the manual and `jutong doctor` show it."""

    component: str
    variable: str
    default: Any
    zh: str
    en: str


def setting(variable: str, *, default: Any, zh: str, en: str) -> Any:
    """A field read from `variable`; `zh` and `en` are its line of help."""
    return field(default=default, metadata={"variable": variable, "zh": zh, "en": en})


@dataclass_transform(frozen_default=True, field_specifiers=(setting,))
class Settings:
    """Base of a component's settings; a subclass is a frozen dataclass of `setting` fields."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read every field from `environ`.

        Raises:
            SettingInvalid: a variable's text cannot be turned into the field's type.
        """
        values: dict[str, Any] = {}
        for item in fields(cls):  # type: ignore[arg-type]  # subclasses are dataclasses
            variable = item.metadata["variable"]
            text = environ.get(variable)
            if text is None or not text.strip():
                continue
            try:
                values[item.name] = _convert(text.strip(), item.type)
            except (msgspec.ValidationError, ValueError) as error:
                raise SettingInvalid(
                    variable=variable,
                    reason=str(error),
                    help_zh=item.metadata["zh"],
                    help_en=item.metadata["en"],
                ) from error
        return cls(**values)

    @classmethod
    def describe(cls) -> tuple[SettingInfo, ...]:
        """Every setting of the component, in order."""
        return tuple(
            SettingInfo(
                component=cls.__module__.removeprefix("jutong.").rpartition(".")[0],
                variable=item.metadata["variable"],
                default="" if item.default is MISSING else item.default,
                zh=item.metadata["zh"],
                en=item.metadata["en"],
            )
            for item in fields(cls)  # type: ignore[arg-type]
        )


def _convert(text: str, kind: Any) -> Any:
    if kind is Secret:
        return Secret(text)
    if kind is bool and text.lower() in {"yes", "on"}:
        return True
    if kind is bool and text.lower() in {"no", "off"}:
        return False
    return msgspec.convert(text, kind, strict=False, dec_hook=lambda wanted, raw: wanted(raw))
