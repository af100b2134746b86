"""When a source may be read, as a form: a few lines of days and hours, and how many runs at once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LINES: Final = 3
_DAYS: Final = (
    ("1", gettext_lazy("周一")),
    ("2", gettext_lazy("周二")),
    ("3", gettext_lazy("周三")),
    ("4", gettext_lazy("周四")),
    ("5", gettext_lazy("周五")),
    ("6", gettext_lazy("周六")),
    ("7", gettext_lazy("周日")),
)


class ReadingHoursForm(forms.Form):
    """No line filled: at any time."""

    max_concurrent = forms.IntegerField(
        label=gettext_lazy("同时最多几个归集任务"), min_value=1, max_value=32, initial=1
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in range(1, LINES + 1):
            named = {"line": line}
            self.fields[f"days_{line}"] = forms.MultipleChoiceField(
                label=_("第%(line)s个时段：星期") % named,
                choices=_DAYS,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            for name, label in (("from", _("第%(line)s个时段：从")), ("until", _("第%(line)s个时段：到"))):
                self.fields[f"{name}_{line}"] = forms.CharField(
                    label=label % named,
                    required=False,
                    max_length=5,
                    help_text=_("如 22:00；到次日的时刻早于开始即可。") if name == "until" else "",
                )

    @staticmethod
    def initial_of(windows: Sequence[Mapping[str, Any]], max_concurrent: int) -> dict[str, Any]:
        """What is decided now, as the form's beginning."""
        found: dict[str, Any] = {"max_concurrent": max_concurrent}
        for line, window in enumerate(windows[:LINES], start=1):
            found[f"days_{line}"] = [str(day) for day in window["days"]]
            found[f"from_{line}"], found[f"until_{line}"] = window["from"], window["until"]
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for line in range(1, LINES + 1):
            parts = [values.get(f"{name}_{line}") for name in ("days", "from", "until")]
            if any(parts) and not all(parts):
                self.add_error(f"days_{line}", _("请选择星期，并填写起止时刻。"))
        return values

    def windows(self) -> list[dict[str, Any]]:
        values = self.cleaned_data
        return [
            {
                "days": sorted(int(day) for day in values[f"days_{line}"]),
                "from": values[f"from_{line}"],
                "until": values[f"until_{line}"],
            }
            for line in range(1, LINES + 1)
            if values.get(f"days_{line}")
        ]
