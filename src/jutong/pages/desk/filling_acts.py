"""What people do with filling tasks: ask, save, upload, hand in, take back, decide."""

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.directory.api import Actor
from jutong.control.filling import api as filling
from jutong.control.filling.api import Sheet
from jutong.pages.desk.acting import clock, desk_page, home
from jutong.pages.desk.filling import lines_on_a_page
from jutong.pages.desk.served_files import kept_file


class UploadForm(forms.Form):
    file = forms.FileField()


@require_POST
@desk_page
def ask(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    try:
        due_on = date.fromisoformat(request.POST.get("due_on", ""))
    except ValueError as error:
        raise BadRequest from error
    service, period = request.POST.get("service", "").strip(), request.POST.get("period", "")
    task = filling.ask(actor, service, period=period, due_on=due_on, clock=clock())
    messages.success(request, _("已安排填报任务。"))
    return redirect("desk:filling-task", key=task.key)


@require_POST
@desk_page
def save(request: HttpRequest, actor: Actor, key: int) -> HttpResponseBase:
    """Keep one page of the form among the rows of the others, and hand in where the button says so."""
    task = filling.task(actor, key, clock=clock())
    contract = catalogue.contract_of(task.service)
    rows = list(filling.sheet(actor, key, home=home(), clock=clock()).rows)
    first, shown = _count(request, "first", len(rows)), _count(request, "shown", len(rows))
    given = [
        {item.field: request.POST.get(f"r{number}-{item.field}", "") for item in contract.items}
        for number in range(first, first + shown + lines_on_a_page(contract))
        if any(f"r{number}-{item.field}" in request.POST for item in contract.items)
    ]
    rows[first : first + shown] = given
    sheet = filling.save_draft(actor, key, rows, home=home(), clock=clock())
    if request.POST.get("action") == "submit" and not sheet.problems:
        receipt = filling.submit(actor, key, home=home(), clock=clock())
        return redirect("desk:filling-receipt", number=receipt.number)
    _tell(request, sheet)
    return redirect("desk:filling-task", key=key)


def _count(request: HttpRequest, name: str, most: int) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= most):
        raise BadRequest
    return int(text)


def _tell(request: HttpRequest, sheet: Sheet) -> None:
    if sheet.problems:
        text = _("草稿已保存 %(rows)d 行，其中 %(cells)d 处需要更正，见表中提示。")
        messages.warning(request, text % {"rows": len(sheet.rows), "cells": len(sheet.problems)})
    else:
        messages.success(request, _("草稿已保存 %(rows)d 行，没有发现问题。") % {"rows": len(sheet.rows)})


@require_POST
@desk_page
def upload(request: HttpRequest, actor: Actor, key: int) -> HttpResponseBase:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("请选择填好的 Excel 文件再上传。"))
        return redirect("desk:filling-task", key=key)
    content = form.cleaned_data["file"].read()
    _tell(request, filling.upload(actor, key, content, home=home(), clock=clock()))
    return redirect("desk:filling-task", key=key)


@desk_page
def template(request: HttpRequest, actor: Actor, key: int) -> HttpResponseBase:  # noqa: ARG001
    task = filling.task(actor, key, clock=clock())
    return kept_file(
        filling.sheet_template(actor, key), _("%(service)s-填报模板.xlsx") % {"service": task.service}
    )


@desk_page
def marked(request: HttpRequest, actor: Actor, key: int) -> HttpResponseBase:  # noqa: ARG001
    task = filling.task(actor, key, clock=clock())
    content = filling.marked(actor, key, home=home(), clock=clock())
    return kept_file(content, _("%(service)s-填报-批注.xlsx") % {"service": task.service})


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, key: int) -> HttpResponseBase:
    """Hand in the draft, take it back, close the task, accept or return."""
    action = request.POST.get("action")
    if action == "submit":
        receipt = filling.submit(actor, key, home=home(), clock=clock())
        return redirect("desk:filling-receipt", number=receipt.number)
    if action == "return":
        filling.return_submission(actor, key, reason=request.POST.get("reason", ""), clock=clock())
    elif action in {"withdraw", "accept", "close"}:
        use_case = {"withdraw": filling.withdraw, "accept": filling.accept, "close": filling.close}[action]
        use_case(actor, key, clock=clock())
    else:
        raise BadRequest
    messages.success(request, _("已记录。"))
    return redirect("desk:filling-task", key=key)
