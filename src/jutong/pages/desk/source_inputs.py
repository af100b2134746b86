"""The form in which a source is registered or changed: its fields are the options that its kind declares."""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jutong.control.collection.values import SourceDraft, SourceView
from jutong.dataflow.connectors import KindSpec, spec_of, specs
from jutong.dataflow.connectors.errors import KindUnknown
from jutong.dataflow.connectors.protocol import OptionSpec
from jutong.pages.context import error_language

FILES_SHOWN: Final = 500
FIRST_KIND: Final = "csv"
_OWN: Final = ("department", "name", "code", "kind")


def kind_name(kind: str) -> str:
    """A kind of source as people call it; its code where it is not known here."""
    try:
        spec = spec_of(kind)
    except KindUnknown:
        return kind
    return spec.zh if error_language() == "zh" else spec.en


def option_name(kind: str, name: str) -> str:
    """An option of a kind as people call it."""
    try:
        option = spec_of(kind).option(name)
    except KindUnknown:
        return name
    if option is None:
        return name
    return option.zh if error_language() == "zh" else option.en


def chosen_kind(given: Mapping[str, Any]) -> str:
    """The kind that was asked for, or the first."""
    kind = str(given.get("kind", ""))
    return kind if kind in specs() else FIRST_KIND


class SourceForm(forms.Form):
    """Where a department's rows come from; a file lies in the department's own folder below the sources folder.

    `sealed` names the secrets that are kept already: left empty they stay.
    """

    department = forms.ChoiceField(label=gettext_lazy("所属部门"))
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=120, help_text=gettext_lazy("如“婚姻登记系统每日导出”。")
    )
    code = forms.CharField(
        label=gettext_lazy("代码"),
        max_length=39,
        help_text=gettext_lazy("小写字母开头，只含小写字母、数字和下划线。"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"),
        help_text=gettext_lazy("换了类型，请按“显示该类型的参数”。"),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        departments: Sequence[tuple[str, str]],
        sealed: frozenset[str] = frozenset(),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.spec: KindSpec = spec_of(kind)
        self._sealed = sealed
        language = error_language()
        self.fields["department"].choices = departments  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (name, spec.zh if language == "zh" else spec.en) for name, spec in specs().items()
        ]
        for option in self.spec.options:
            if option.name not in _OWN:
                self.fields[option.name] = _field(option, kept=option.name in sealed)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        options = {one.name: values.get(one.name, "") for one in self.spec.options}
        kept = {name: "*" for name in self._sealed if not options.get(name)}
        for option in self.spec.missing(options | kept):
            if option.name not in self.errors:
                label = option.zh if error_language() == "zh" else option.en
                self.add_error(option.name, _("请填写“%(label)s”。") % {"label": label})
        department = values.get("department", "")
        if self.spec.leaves_department(options, department):
            text = _("文件须放在本部门的文件夹内，路径以 %(folder)s 开头。")
            self.add_error("path", text % {"folder": f"{department}/"})
        return values

    def draft(self) -> SourceDraft:
        values = self.cleaned_data
        given = {one: values[one.name] for one in self.spec.options if values.get(one.name)}
        return SourceDraft(
            code=values["code"],
            name=values["name"],
            department=values["department"],
            kind=self.spec.kind,
            options={
                one.name: value for one, value in given.items() if not one.secret and value != one.default
            },
            secret_options={one.name: value for one, value in given.items() if one.secret},
        )


class ChangedSourceForm(SourceForm):
    """A registered source: department, code and kind stay as they are."""

    def __init__(self, *args: Any, view: SourceView, sealed: frozenset[str], **kwargs: Any) -> None:
        own = {"department": view.department, "name": view.name, "code": view.code, "kind": view.kind}
        super().__init__(
            *args,
            kind=view.kind,
            departments=[(view.department, view.department_name)],
            sealed=sealed,
            initial={**view.options, **own},
            **kwargs,
        )
        for name in ("department", "code", "kind"):
            self.fields[name].disabled = True
            self.fields[name].widget = forms.HiddenInput()


def _field(option: OptionSpec, *, kept: bool) -> forms.Field:
    zh = error_language() == "zh"
    said = option.hint_zh if zh else option.hint_en
    common: dict[str, Any] = {
        "label": option.zh if zh else option.en,
        "required": False,  # what is missing is judged for all options together
        "initial": option.default or None,
        "help_text": f"{said}{_('留空则保持原来的。')}" if kept else said,
    }
    if option.choices:
        empty = [] if "" in option.choices or option.default else [""]
        choices = [(one, one or _("自动")) for one in (*empty, *option.choices)]
        return forms.ChoiceField(choices=choices, **common)
    if option.secret:
        hidden = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        area = forms.Textarea(attrs={"rows": 4, "autocomplete": "off"})
        return forms.CharField(widget=area if option.multiline else hidden, max_length=20_000, **common)
    field = forms.CharField(
        max_length=4_000, widget=forms.Textarea(attrs={"rows": 4}) if option.multiline else None, **common
    )
    if option.name == "path":
        field.widget.attrs["list"] = "known-files"
    return field


def delivered_files(root: Path, departments: Sequence[str]) -> list[str]:
    """Paths below `root` of what lies in the departments' folders, at most `FILES_SHOWN`."""
    found = (
        path.relative_to(root).as_posix()
        for department in departments
        for path in sorted((root / department).rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    )
    return list(islice(found, FILES_SHOWN))
