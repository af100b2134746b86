"""The refused rows of a work order: a masked sample, the workbook to correct them in, and its way back."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.directory.api import Actor
from jutong.control.quarantine import api as quarantine
from jutong.pages.components import Column, Empty, Link, Table
from jutong.pages.desk.acting import clock, desk_page, desk_render, home
from jutong.pages.desk.served_files import kept_file
from jutong.pages.refused_files import SAMPLE, correction_file, masked_sample


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("更正后的文件"))


@desk_page
def sample(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """A few rows with what is sensitive masked; looking is audited."""
    order = quarantine.order(actor, code, clock=clock())
    contract = catalogue.contract_of(order.service)
    rows = masked_sample(actor, order.service, reason=order.reason, home=home(), clock=clock())
    table = Table(
        caption=_("问题数据样例"),
        columns=[
            Column(key="_no", title=_("行号"), numeric=True),
            *(Column(key=item.field, title=item.name) for item in contract.items),
        ],
        rows=[{"_no": row.row_no, **row.values} for row in rows],
        empty=Empty(title=_("没有待更正的行"), text=_("它们已经更正，或来源的新数据里不再有。")),
    )
    crumbs = (
        Link(text=_("问题数据"), href=reverse("desk:quarantine")),
        Link(text=order.title, href=reverse("desk:work-order", args=[code])),
    )
    context = {"order": order, "table": table, "most": SAMPLE}
    return desk_render(request, actor, "desk/quarantine/rows.html", context, crumbs=crumbs)


@require_POST
@desk_page
def download(request: HttpRequest, actor: Actor, code: str) -> HttpResponseBase:  # noqa: ARG001
    """The rows as a workbook; a form sends it, because it leaves a line in the trail."""
    order = quarantine.order(actor, code, clock=clock())
    content = correction_file(actor, order.service, reason=order.reason, home=home(), clock=clock())
    return kept_file(content, _("%(service)s-问题数据.xlsx") % {"service": order.service})


@require_POST
@desk_page
def upload(request: HttpRequest, actor: Actor, code: str) -> HttpResponseBase:
    """Keep the corrected file; the worker checks and admits its rows."""
    order = quarantine.order(actor, code, clock=clock())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("请选择更正后的 Excel 文件再上传。"))
        return redirect("desk:work-order", code=code)
    file = form.cleaned_data["file"]
    quarantine.receive_correction(actor, order.service, file.name, file.read(), home=home(), clock=clock())
    messages.success(request, _("已收到更正文件，正在检查，稍后刷新本页查看结果。"))
    return redirect("desk:work-order", code=code)
