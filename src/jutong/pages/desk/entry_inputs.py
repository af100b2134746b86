"""The forms in which an entry is written: the core metadata elements in groups, the items as rows."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jutong.control.catalogue.terms import Assignment, Provision
from jutong.pages.context import error_language
from jutong.pages.desk.entry_fields import ELEMENTS, ITEM_ELEMENTS
from jutong.vocabulary.catalogue import (
    DataGrade,
    DataType,
    FormatClass,
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem
from jutong.vocabulary.terms import Term

EXTENDED = (
    "related_codes",
    "duties",
    "domain_area",
    "scene",
    "business_frequency",
    "provision",
    "assignment",
    "data_grade",
    "storage_mb",
    "row_count",
    "contact_email",
    "is_result",
    "is_certificate",
    "secret",
)
ITEM_MORE = ("scale", "sharing_condition", "data_element", "description")
"""What an item says more rarely: folded at the end of its row."""
SPARE_ROWS = 3
MAX_ROWS = 500


def _choices(kind: type[Term], *, empty: str = "") -> Any:
    """Choices made when a page is drawn, in the reader's language."""

    def made() -> list[tuple[str, str]]:
        language = error_language()
        first = [("", empty)] if empty else []
        return first + [(one.value, one.label(language)) for one in kind]

    return made


class EntryForm(forms.Form):
    """The core metadata elements (1272号) that a department writes; code and dates are the platform's."""

    title = forms.CharField(label=ELEMENTS["title"], max_length=120)
    abstract = forms.CharField(
        label=ELEMENTS["abstract"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=256,
        help_text=gettext_lazy("说明数据从哪里来、记录什么、用于什么，10 到 256 字。"),
    )
    resource_class = forms.ChoiceField(label=ELEMENTS["resource_class"], choices=_choices(ResourceClass))
    classification = forms.CharField(
        label=ELEMENTS["classification"],
        required=False,
        help_text=gettext_lazy("如 306001；可空，发布时按大类赋码。"),
    )
    provider_unit = forms.CharField(label=ELEMENTS["provider_unit"], required=False, max_length=120)
    format_class = forms.ChoiceField(label=ELEMENTS["format_class"], choices=_choices(FormatClass))
    format = forms.CharField(
        label=ELEMENTS["format"], max_length=20, help_text=gettext_lazy("如 csv、xlsx、postgresql。")
    )
    sharing_type = forms.ChoiceField(label=ELEMENTS["sharing_type"], choices=_choices(SharingType))
    sharing_condition = forms.CharField(
        label=ELEMENTS["sharing_condition"],
        required=False,
        max_length=400,
        help_text=gettext_lazy("有条件共享必须写明条件和理由。"),
    )
    sharing_reason = forms.CharField(label=ELEMENTS["sharing_reason"], required=False, max_length=400)
    basis_document = forms.CharField(
        label=ELEMENTS["basis_document"],
        required=False,
        help_text=gettext_lazy("不予共享必须写明法律、行政法规或国务院决定的名称、文号和条款。"),
    )
    basis_number = forms.CharField(label=ELEMENTS["basis_number"], required=False, max_length=60)
    basis_article = forms.CharField(label=ELEMENTS["basis_article"], required=False, max_length=60)
    sharing_methods = forms.MultipleChoiceField(
        label=ELEMENTS["sharing_methods"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=_choices(SharingMethod),
    )
    open_type = forms.ChoiceField(label=ELEMENTS["open_type"], choices=_choices(OpenType))
    open_condition = forms.CharField(label=ELEMENTS["open_condition"], required=False, max_length=400)
    update_frequency = forms.ChoiceField(
        label=ELEMENTS["update_frequency"], choices=_choices(UpdateFrequency)
    )
    declared_level = forms.ChoiceField(label=ELEMENTS["declared_level"], choices=_choices(Level))
    system = forms.CharField(label=ELEMENTS["system"], required=False)
    query_keys = forms.CharField(
        label=ELEMENTS["query_keys"],
        required=False,
        help_text=gettext_lazy("按哪些字段查询：字段用 + 相连，多组用分号隔开，如 sfzh; xm+csrq。"),
    )
    contact_name = forms.CharField(label=ELEMENTS["contact_name"], required=False, max_length=60)
    contact_phone = forms.CharField(label=ELEMENTS["contact_phone"], required=False, max_length=40)
    assessment = forms.CharField(
        label=ELEMENTS["assessment"], required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    without_key = forms.BooleanField(label=ELEMENTS["without_key"], required=False)
    related_codes = forms.CharField(
        label=ELEMENTS["related_codes"],
        required=False,
        help_text=gettext_lazy("同一资源在其他分类下的代码，或来源资源的代码；多个用顿号或分号隔开。"),
    )
    duties = forms.CharField(
        label=ELEMENTS["duties"],
        required=False,
        help_text=gettext_lazy("数据产生于哪些事项：填事项编码，多个用顿号或分号隔开。"),
    )
    domain_area = forms.CharField(label=ELEMENTS["domain_area"], required=False, max_length=60)
    scene = forms.CharField(
        label=ELEMENTS["scene"], required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )
    business_frequency = forms.ChoiceField(
        label=ELEMENTS["business_frequency"], required=False, choices=_choices(UpdateFrequency, empty="—")
    )
    provision = forms.ChoiceField(label=ELEMENTS["provision"], choices=_choices(Provision))
    assignment = forms.ChoiceField(label=ELEMENTS["assignment"], choices=_choices(Assignment))
    data_grade = forms.ChoiceField(label=ELEMENTS["data_grade"], choices=_choices(DataGrade))
    storage_mb = forms.IntegerField(
        label=ELEMENTS["storage_mb"], required=False, min_value=0, max_value=10**15
    )
    row_count = forms.IntegerField(label=ELEMENTS["row_count"], required=False, min_value=0, max_value=10**15)
    contact_email = forms.CharField(label=ELEMENTS["contact_email"], required=False, max_length=120)
    is_result = forms.BooleanField(label=ELEMENTS["is_result"], required=False)
    is_certificate = forms.BooleanField(label=ELEMENTS["is_certificate"], required=False)
    secret = forms.BooleanField(
        label=ELEMENTS["secret"],
        required=False,
        help_text=gettext_lazy("涉密数据不得进入本平台；标明后不能提交，请按保密规定另行管理。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("classification", "system", "format", "duties"):
            self.fields[name].widget.attrs["list"] = f"known-{name}"

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(title, fields) in the order in which an officer thinks of them."""
        titled = (
            (
                _("数据是什么"),
                ("title", "abstract", "resource_class", "classification", "provider_unit", "system"),
            ),
            (_("怎样提供"), ("format_class", "format", "update_frequency", "sharing_methods", "query_keys")),
            (
                _("能否共享"),
                (
                    "sharing_type",
                    "sharing_condition",
                    "sharing_reason",
                    "basis_document",
                    "basis_number",
                    "basis_article",
                ),
            ),
            (_("能否开放"), ("open_type", "open_condition")),
            (
                _("安全和联系人"),
                ("declared_level", "contact_name", "contact_phone", "assessment", "without_key"),
            ),
        )
        return [(title, [self[name] for name in names]) for title, names in titled]

    def extended(self) -> list[forms.BoundField]:
        """The extension elements, which stand folded below the others."""
        return [self[name] for name in EXTENDED]

    @property
    def extended_open(self) -> bool:
        """Whether something is wrong within the fold."""
        return any(name in self.errors for name in EXTENDED)

    def again(self) -> Self:
        """The same contents as a form that is not judged yet."""
        return type(self)(initial={name: self[name].value() for name in self.fields})


class ItemForm(forms.Form):
    """One row of the items; a row without a name and field is a spare one."""

    name = forms.CharField(label=ITEM_ELEMENTS["name"], required=False, max_length=120)
    field = forms.CharField(label=ITEM_ELEMENTS["field"], required=False, max_length=64)
    data_type = forms.ChoiceField(label=ITEM_ELEMENTS["data_type"], choices=_choices(DataType))
    length = forms.IntegerField(
        label=ITEM_ELEMENTS["length"], required=False, min_value=1, max_value=1_000_000
    )
    key = forms.BooleanField(label=ITEM_ELEMENTS["key"], required=False)
    required = forms.BooleanField(label=ITEM_ELEMENTS["required"], required=False)
    level = forms.ChoiceField(label=ITEM_ELEMENTS["level"], choices=_choices(Level))
    sharing_type = forms.ChoiceField(label=ITEM_ELEMENTS["sharing_type"], choices=_choices(SharingType))
    open_type = forms.ChoiceField(label=ITEM_ELEMENTS["open_type"], choices=_choices(OpenType))
    meaning = forms.ChoiceField(
        label=ITEM_ELEMENTS["meaning"], required=False, choices=_choices(Meaning, empty="—")
    )
    code_list = forms.CharField(label=ITEM_ELEMENTS["code_list"], required=False, max_length=40)
    mask = forms.ChoiceField(
        label=ITEM_ELEMENTS["mask"], required=False, choices=_choices(MaskMethod, empty="—")
    )
    scale = forms.IntegerField(label=ITEM_ELEMENTS["scale"], required=False, min_value=0, max_value=30)
    sharing_condition = forms.CharField(
        label=ITEM_ELEMENTS["sharing_condition"], required=False, max_length=400
    )
    data_element = forms.CharField(label=ITEM_ELEMENTS["data_element"], required=False, max_length=60)
    description = forms.CharField(label=ITEM_ELEMENTS["description"], required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = "" if self.prefix is None else self.prefix.rpartition("-")[2]
        number = _("第 %(row)d 行") % {"row": int(row) + 1} if row.isdigit() else ""
        for name, one in self.fields.items():  # a cell has no label of its own beside it
            one.widget.attrs["aria-label"] = f"{one.label} {number}".strip()
            one.widget.attrs["class"] = f"jt-item-{name}"
        self.fields["code_list"].widget.attrs["list"] = "known-code-lists"
        self.fields["data_element"].widget.attrs["list"] = "known-data-elements"

    def main_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.name not in ITEM_MORE]

    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ITEM_MORE]

    @property
    def more_open(self) -> bool:
        """Whether something is said or wrong within the row's fold."""
        return any(name in self.errors for name in ITEM_MORE)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if bool(values.get("name")) != bool(values.get("field")):
            raise forms.ValidationError(_("名称和字段要一起填写；整行不要时两格都清空。"))
        return values

    def item(self) -> InformationItem | None:
        values = self.cleaned_data
        if not values.get("name"):
            return None
        return InformationItem(
            name=values["name"],
            field=values["field"],
            data_type=DataType(values["data_type"]),
            length=values["length"],
            key=values["key"],
            required=values["required"],
            level=Level(values["level"]),
            sharing_type=SharingType(values["sharing_type"]),
            open_type=OpenType(values["open_type"]),
            meaning=Meaning(values["meaning"]) if values["meaning"] else None,
            code_list=values["code_list"],
            mask=MaskMethod(values["mask"]) if values["mask"] else None,
            scale=values["scale"],
            sharing_condition=values["sharing_condition"],
            data_element=values["data_element"],
            description=values["description"],
        )


ItemRows = forms.formset_factory(ItemForm, extra=SPARE_ROWS, max_num=MAX_ROWS, absolute_max=MAX_ROWS + 50)


def rows_again(rows: Any, spare: int, *, move: tuple[int, int] | None = None) -> Any:
    """The rows that say something, and `spare` empty ones below them, not judged yet.

    `move` is (number of a row as it was sent, how many places down): that row changes places with its neighbour.
    """
    sent = [{name: row[name].value() for name in row.fields} for row in rows]
    filled = [number for number, values in enumerate(sent) if values["name"] or values["field"]]
    if move and move[0] in filled:
        here = filled.index(move[0])
        there = min(max(here + move[1], 0), len(filled) - 1)
        filled[here], filled[there] = filled[there], filled[here]
    made = ItemRows(initial=[sent[number] for number in filled], prefix=rows.prefix)
    made.extra = spare
    return made
