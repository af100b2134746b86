"""Apply for an entry's items: which, on what basis, for what, how long, for which client system."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jutong.control.approval import api as approval
from jutong.control.approval.values import ApplicationRequest
from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.lists import api as lists
from jutong.kernel.clock import business_date
from jutong.kernel.errors import JutongError
from jutong.pages.components import Link
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, home, refuse
from jutong.vocabulary.catalogue import SharingType
from jutong.vocabulary.contracts import EntryContract


class ApplicationForm(forms.Form):
    """What an applicant writes (国令第809号: basis, scene, scope, method, term)."""

    consumer = forms.ChoiceField(label=gettext_lazy("申请部门"))
    items = forms.MultipleChoiceField(
        label=gettext_lazy("申请的信息项"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只选办事必需的信息项；三级以上的信息项默认脱敏或只供核验。"),
    )
    methods = forms.MultipleChoiceField(
        label=gettext_lazy("使用方式"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("lookup", gettext_lazy("查询：按查询键取回信息项")),
            ("verification", gettext_lazy("核验：只回答“一致”或“不一致”")),
        ],
        initial=["lookup"],
    )
    basis = forms.CharField(
        label=gettext_lazy("使用依据"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("法律、法规、规章、职责或文件的名称和条款。"),
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        help_text=gettext_lazy("办什么事、解决什么问题；获批后只能用于此用途。"),
    )
    scene = forms.CharField(
        label=gettext_lazy("应用场景"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("在哪个事项或系统的哪个环节使用；提交时必须写明。"),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("使用开始日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    valid_until = forms.DateField(
        label=gettext_lazy("使用截止日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    clients = forms.MultipleChoiceField(
        label=gettext_lazy("调用的应用"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("本部门的应用；没有可选的时，先存为草稿，到“应用密钥”登记后再提交。"),
    )
    daily_quota = forms.IntegerField(
        label=gettext_lazy("每日调用上限（次）"), min_value=1, max_value=1_000_000, initial=1000
    )

    def __init__(self, *args: Any, actor: Actor, contract: EntryContract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = error_language()
        departments = _departments(actor)
        self.fields["consumer"].choices = departments  # type: ignore[attr-defined]
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (item.field, f"{item.name} · {item.level.label(language)}")
            for item in contract.items
            if item.sharing_type is not SharingType.NOT_SHARED
        ]
        self.fields["clients"].choices = [  # type: ignore[attr-defined]
            (client.client_id, f"{client.name}（{client.client_id}）")
            for code, _name in departments
            for client in directory.clients(actor, department=code)
            if client.active
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("valid_from"), values.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("截止日期不能早于开始日期，请修改。"))
        return values

    def request(self, service: str) -> ApplicationRequest:
        values = self.cleaned_data
        return ApplicationRequest(
            service=service,
            items=tuple(values["items"]),
            basis=values["basis"],
            purpose=values["purpose"],
            scene=values["scene"],
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
            clients=tuple(values["clients"]),
            lookup="lookup" in values["methods"],
            verification="verification" in values["methods"],
            daily_quota=values["daily_quota"],
        )


def _departments(actor: Actor) -> list[tuple[str, str]]:
    """Departments for which the actor may apply."""
    return [
        (membership.department, membership.department_name)
        for membership in actor.memberships
        if directory.can(actor, Permission.APPLICATION_APPLY, membership.department)
    ]


@desk_page
def apply(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    directory.require(actor, Permission.APPLICATION_APPLY, actor.home_department)
    contract = catalogue.contract_of(service)
    today = business_date(clock().now())
    # The least that is needed is for the applicant to say; only a key to look up by is needed in any case.
    first = {
        "valid_from": today,
        "valid_until": _a_year_later(today),
        "items": list(contract.query_keys[0]) if contract.query_keys else [],
        **_from_demand(actor, request.GET.get("demand", ""), contract),
    }
    form = ApplicationForm(request.POST or None, initial=first, actor=actor, contract=contract)
    if form.is_valid():
        code = _keep_new(actor, form, service)
        if code:
            return redirect("desk:application", code=code)
    return _form_page(request, actor, form, contract)


def _from_demand(actor: Actor, number: str, contract: EntryContract) -> dict[str, Any]:
    """What a demand for this entry already says of the application."""
    if not number:
        return {}
    row = lists.demand(actor, number, clock=clock()).summary
    found = lists.match_with(actor, number, contract.service)
    keys = contract.query_keys[0] if contract.query_keys else ()
    return {
        "consumer": row.department,
        "items": list(dict.fromkeys([*keys, *(found.fields if found else ())])),
        "basis": row.basis,
        "purpose": row.scene[:200],
        "scene": row.scene[:200],
    }


def _keep_new(actor: Actor, form: ApplicationForm, service: str) -> str:
    """Draft the application and submit it unless it is only to be kept; "" when it was refused.

    What cannot be submitted leaves no draft behind: the form keeps what was written.
    """
    try:
        with transaction.atomic():
            drafted = approval.draft_application(
                actor, form.request(service), consumer=form.cleaned_data["consumer"], clock=clock()
            )
            if "keep" not in form.data:
                approval.submit(actor, drafted.code, home=home(), clock=clock())
    except JutongError as error:
        refuse(form, error)
        return ""
    return drafted.code


@desk_page
def change(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Edit a draft, or one that was returned for supplement."""
    view = approval.application(actor, code, clock=clock())
    directory.require(actor, Permission.APPLICATION_APPLY, view.summary.consumer)
    contract = catalogue.contract_of(view.summary.service)
    form = ApplicationForm(
        request.POST or None,
        initial=_initial(view.request, view.summary.consumer),
        actor=actor,
        contract=contract,
    )
    if form.is_valid():
        try:
            approval.change_application(
                actor, code, form.request(view.summary.service), revision=view.revision, clock=clock()
            )
            if "keep" not in form.data:
                approval.submit(actor, code, home=home(), clock=clock())
        except JutongError as error:
            refuse(form, error)
        else:
            return redirect("desk:application", code=code)
    return _form_page(request, actor, form, contract)


def _initial(request: ApplicationRequest, consumer: str) -> dict[str, Any]:
    methods = [name for name in ("lookup", "verification") if getattr(request, name)]
    return {
        "consumer": consumer,
        "items": list(request.items),
        "methods": methods,
        "basis": request.basis,
        "purpose": request.purpose,
        "scene": request.scene,
        "valid_from": request.valid_from,
        "valid_until": request.valid_until,
        "clients": list(request.clients),
        "daily_quota": request.daily_quota,
    }


def _form_page(
    request: HttpRequest, actor: Actor, form: ApplicationForm, contract: EntryContract
) -> HttpResponse:
    crumbs = (
        Link(text=_("目录"), href=reverse("desk:catalogue")),
        Link(text=contract.title, href=reverse("desk:entry", args=[contract.service])),
    )
    context = {"form": form, "contract": contract, "clients": bool(form.fields["clients"].choices)}  # type: ignore[attr-defined]
    return desk_render(request, actor, "desk/applications/form.html", context, crumbs=crumbs)


def _a_year_later(day: date) -> date:
    return day + timedelta(days=365)
