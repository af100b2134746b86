"""The ledger of completeness (完整性台账): every table with its newest proof, one table's proofs, the ledger as Excel."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.collection.api import LedgerLine, ProofLine, Proven, ledger, proofs_of
from jutong.control.directory.api import Actor, Permission, scope
from jutong.kernel.paging import Page, decode_numbers, encode_cursor
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Option, Select, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, desk_page, desk_render, paging
from jutong.pages.desk.binding_settings import bound_view
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.runs import error_text
from jutong.pages.desk.selects import department_select
from jutong.pages.desk.standard_files import download
from jutong.pages.templatetags.jutong import figure, moment

TONES: Final = {Proven.COMPLETE: Tone.GOOD, Proven.DIFFERENT: Tone.BAD, Proven.NEVER: Tone.NEUTRAL}
LINES_A_PAGE: Final = 100


def _found(request: HttpRequest, actor: Actor) -> tuple[LedgerLine, ...]:
    sent = request.GET
    return ledger(
        actor,
        department=sent.get("department", ""),
        standing=chosen(Proven, sent.get("standing")),
        search=sent.get("q", "")[:100],
    )


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The ledger; with `export=xlsx` as an Excel file."""
    lines = _found(request, actor)
    if request.GET.get("export") == "xlsx":
        return _export(lines)
    cursor = request.GET.get("cursor")
    start = decode_numbers(cursor, width=1)[0] if cursor else 0
    following = start + LINES_A_PAGE
    page = Page(
        rows=lines[start:following],
        next_cursor=encode_cursor([following]) if following < len(lines) else None,
    )
    query = request.GET.copy()
    query.pop("cursor", None)
    query["export"] = "xlsx"
    context = {
        "filters": _filters(request, actor),
        "tiles": [
            Tile(
                title=standing.label(error_language()),
                value=sum(line.standing is standing for line in lines),
                tone=TONES[standing],
                href=f"{reverse('desk:proofs')}?standing={standing.value}",
            )
            for standing in Proven
        ]
        + [Tile(title=_("自动修复的行"), value=sum(line.repaired for line in lines))],
        "table": _table(page.rows),
        "pages": paging(request, page, total=len(lines)),
        "export_href": f"?{query.urlencode()}",
    }
    return desk_render(request, actor, "desk/wall/proofs.html", context)


def _filters(request: HttpRequest, actor: Actor) -> Filters:
    sent, language = request.GET, error_language()
    options = [Option(value=one.value, text=one.label(language)) for one in Proven]
    return Filters(
        search_label=_("按名称、代码查找"),
        search=sent.get("q", ""),
        selects=[
            department_select(sent.get("department", ""), reach=scope(actor, Permission.SOURCE_READ)),
            Select(
                name="standing",
                label=_("结论"),
                options=[Option(value="", text=_("全部")), *options],
                chosen=sent.get("standing", ""),
            ),
        ],
        reset_href=reverse("desk:proofs"),
    )


def _table(lines: Sequence[LedgerLine]) -> Table:
    language = error_language()
    return Table(
        caption=_("各表的完整性证明"),
        columns=[
            Column(key="title", title=_("目录条目和提供部门")),
            Column(key="standing", title=_("结论"), nowrap=True),
            Column(key="complete", title=_("最近证明完整"), nowrap=True),
            Column(key="source", title=_("来源行数"), numeric=True),
            Column(key="pool", title=_("资源池行数"), numeric=True),
            Column(key="times", title=_("次数"), numeric=True),
            Column(key="wrong", title=_("发现不一致"), numeric=True),
            Column(key="repaired", title=_("修复行数"), numeric=True),
        ],
        rows=[
            {
                "title": stacked(
                    Link(text=line.title, href=reverse("desk:proof", args=[line.service])),
                    line.department_name,
                ),
                "standing": Badge(text=line.standing.label(language), tone=TONES[line.standing]),
                "complete": line.complete_at,
                "source": line.rows_source,
                "pool": line.rows_pool,
                "times": line.proofs,
                "wrong": line.differing,
                "repaired": line.repaired,
            }
            for line in lines
        ],
        empty=Empty(
            title=_("没有可证明的表"),
            text=_("挂接数据源并归集后，平台把来源和资源池逐段比对，结果记在这里。"),
        ),
    )


def _export(lines: Sequence[LedgerLine]) -> HttpResponseBase:
    """The ledger as it is filtered."""
    language = error_language()
    names = (
        _("提供部门"), _("目录条目"), _("服务名"), _("归集方式"), _("结论"), _("最近证明"), _("最近证明完整"),
        _("方法"), _("来源行数"), _("资源池行数"), _("次数"), _("发现不一致"), _("修复行数"),
    )  # fmt: skip
    rows = [
        dict(
            zip(
                names,
                (
                    line.department_name,
                    line.title,
                    line.service,
                    line.mode.label(language),
                    line.standing.label(language),
                    moment(line.proved_at),
                    moment(line.complete_at),
                    line.method,
                    figure(line.rows_source),
                    figure(line.rows_pool),
                    str(line.proofs),
                    str(line.differing),
                    str(line.repaired),
                ),
                strict=True,
            )
        )
        for line in lines
    ]
    return download(_("完整性台账"), names, rows, as_csv=False)


@desk_page
def history(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """One table's proofs, with the ranges that differed in the newest."""
    view = bound_view(actor, service)
    page = proofs_of(actor, service, cursor=request.GET.get("cursor"))
    newest = page.rows[0] if page.rows else None
    context = {
        "view": view,
        "newest": newest,
        "badge": verdict(newest) if newest else None,
        "error": _problem(newest),
        "ranges": _ranges(newest) if newest and newest.report.mismatches else None,
        "table": _history_table(page.rows),
        "pages": paging(request, page),
    }
    crumbs = (Link(text=_("完整性台账"), href=reverse("desk:proofs")),)
    return desk_render(request, actor, "desk/wall/proof.html", context, crumbs=crumbs, status=HTTPStatus.OK)


def verdict(proof: ProofLine) -> Badge:
    """What the proof showed, in a word."""
    if proof.complete and proof.repaired:
        return Badge(text=_("修复后完整"), tone=Tone.WARNING)
    return (
        Badge(text=_("完整"), tone=Tone.GOOD)
        if proof.complete
        else Badge(text=_("与来源不一致"), tone=Tone.BAD)
    )


def _problem(proof: ProofLine | None) -> str:
    if proof is None or not proof.report.error_code:
        return ""
    return error_text(proof.report.error_code, dict(proof.report.error_detail))


def _ranges(proof: ProofLine) -> Table:
    """Bounds are keys of rows, so only where they lie is said, not what they are."""
    return Table(
        caption=_("不一致的主键区间"),
        columns=[
            Column(key="number", title=_("区间"), numeric=True),
            Column(key="source", title=_("来源行数"), numeric=True),
            Column(key="pool", title=_("资源池行数"), numeric=True),
            Column(key="repaired", title=_("修复行数"), numeric=True),
        ],
        rows=[
            {"number": place, "source": one.rows_source, "pool": one.rows_pool, "repaired": one.repaired}
            for place, one in enumerate(proof.report.mismatches, start=1)
        ],
    )


def _history_table(proofs: Sequence[ProofLine]) -> Table:
    return Table(
        caption=_("历次证明"),
        columns=[
            Column(key="at", title=_("时间"), nowrap=True),
            Column(key="verdict", title=_("结论"), nowrap=True),
            Column(key="method", title=_("方法"), code=True),
            Column(key="source", title=_("来源行数"), numeric=True),
            Column(key="pool", title=_("资源池行数"), numeric=True),
            Column(key="held", title=_("隔离行数"), numeric=True),
            Column(key="ranges", title=_("比对区间"), numeric=True),
            Column(key="wrong", title=_("不一致区间"), numeric=True),
            Column(key="repaired", title=_("修复行数"), numeric=True),
            Column(key="run", title=_("归集任务")),
        ],
        rows=[
            {
                "at": proof.proved_at,
                "verdict": verdict(proof),
                "method": proof.report.method,
                "source": proof.report.rows_source,
                "pool": proof.report.rows_pool,
                "held": proof.report.rows_quarantined,
                "ranges": proof.report.ranges,
                "wrong": len(proof.report.mismatches),
                "repaired": proof.repaired,
                "run": Link(text=_("查看"), href=reverse("desk:run", args=[proof.run_id]))
                if proof.run_id
                else None,
            }
            for proof in proofs
        ],
        empty=Empty(
            title=_("尚未证明"),
            text=_("归集设置中打开“每次归集后与来源比对”，下一次归集后这里就有记录。"),
        ),
    )
