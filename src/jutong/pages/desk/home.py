"""The first page of the workbench: what waits for me."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.approval import api as approval
from jutong.control.approval.terms import Stage
from jutong.control.approval.values import ApplicationFilter
from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.values import EntryFilter, EntrySummary
from jutong.control.collection import api as collection
from jutong.control.collection.api import WallFilter, WallState, wall
from jutong.control.collection.values import RunView
from jutong.control.directory.api import Actor, Permission
from jutong.control.drafting import api as drafting
from jutong.pages.components import Column, Link, Table, Tile, Tone
from jutong.pages.desk.acting import clock, desk_page, desk_render
from jutong.pages.desk.applications import applications_table
from jutong.pages.desk.badges import badge
from jutong.pages.desk.clocks import clocks_table
from jutong.pages.desk.lists_overview import add_to_home
from jutong.pages.desk.quarantine import add_refused_to_home
from jutong.pages.desk.runs import error_text
from jutong.vocabulary.catalogue import EntryStatus

SHOWN = 8
_REVIEWS = {
    Permission.ENTRY_REVIEW_DEPARTMENT: EntryStatus.SUBMITTED,
    Permission.ENTRY_REVIEW_BUREAU: EntryStatus.BUREAU_REVIEW,
    Permission.ENTRY_DRAFT: EntryStatus.RETURNED,
}


@desk_page
def dashboard(request: HttpRequest, actor: Actor) -> HttpResponse:
    tiles: list[Tile] = []
    tables: list[Table] = []
    if Permission.APPLICATION_READ in actor.permissions:
        _add_applications(actor, tiles, tables)
    if actor.permissions & _REVIEWS.keys():
        _add_entries(actor, tiles, tables)
        _add_searches(actor, tables)
    if Permission.ENTRY_READ in actor.permissions:
        add_to_home(actor, tiles, tables)
    if Permission.RUN_READ in actor.permissions:
        _add_runs(actor, tiles, tables)
        add_refused_to_home(actor, tiles)
    context = {"tiles": tiles, "tables": tables, "shortcuts": _shortcuts(actor)}
    return desk_render(request, actor, "desk/home.html", context)


def _shortcuts(actor: Actor) -> list[Link]:
    """What each role does most."""
    offered = (
        (Permission.APPLICATION_APPLY, _("找数据、提申请"), "desk:catalogue"),
        (Permission.DEMAND_FILE, _("提出数据需求"), "desk:lists-demand-new"),
        (Permission.ENTRY_DRAFT, _("新编目录条目"), "desk:entry-new"),
        (Permission.SOURCE_MANAGE, _("登记数据源"), "desk:source-new"),
        (Permission.CLIENT_MANAGE, _("登记应用"), "desk:clients"),
        (Permission.PERSON_MANAGE, _("新建账号"), "desk:people"),
        (Permission.MEMBERSHIP_MANAGE, _("授予角色"), "desk:people"),
        (Permission.AUDIT_READ, _("查看审计"), "desk:audit"),
        (Permission.RANKING_READ, _("监督评价"), "desk:supervision"),
    )
    return [Link(text=text, href=reverse(name)) for need, text, name in offered if need in actor.permissions]


def _add_applications(actor: Actor, tiles: list[Tile], tables: list[Table]) -> None:
    mine = ApplicationFilter(mine_to_decide=True)
    count = approval.count_applications(actor, mine, clock=clock())
    late = ApplicationFilter(mine_to_decide=True, overdue=True)
    overdue = approval.count_applications(actor, late, clock=clock())
    tiles.append(
        Tile(
            title=_("待我办理的申请"),
            value=count,
            note=_("其中 %(count)d 件超期") % {"count": overdue} if overdue else "",
            href=reverse("desk:applications") + "?view=decide",
            tone=Tone.BAD if overdue else Tone.INFO,
        )
    )
    if count:
        waiting = approval.applications(actor, mine, clock=clock(), limit=SHOWN)
        tables.append(applications_table(waiting.rows, caption=_("待我办理的申请")))
    back = approval.applications(
        actor, ApplicationFilter(stage=Stage.SUPPLEMENT), clock=clock(), limit=SHOWN
    ).rows
    back = tuple(row for row in back if row.consumer in actor.departments)
    if back:
        tables.append(applications_table(back, caption=_("待补充材料的申请")))


def _add_entries(actor: Actor, tiles: list[Tile], tables: list[Table]) -> None:
    wanted = [EntryFilter(status=status) for need, status in _REVIEWS.items() if need in actor.permissions]
    clocks = catalogue.running_clocks(actor, clock=clock(), warned=True)
    late = sum(one.overdue for one in clocks)
    tiles.append(
        Tile(
            title=_("待我处理的目录"),
            value=catalogue.count_waiting(actor),
            note=_("其中 %(count)d 件超期") % {"count": late} if late else "",
            href=reverse("desk:reviews"),
            tone=Tone.BAD if late else Tone.INFO,
        )
    )
    if Permission.ENTRY_DRAFT in actor.permissions:
        _add_proposals(actor, tiles)
    if clocks:
        tables.append(clocks_table(clocks[:SHOWN], _("目录办理时限预警")))
    rows = [row for where in wanted for row in catalogue.entries(actor, where, limit=SHOWN).rows]
    if rows:
        tables.append(_entries_table(rows[:SHOWN], _("待我处理的目录")))
    if Permission.ENTRY_DRAFT in actor.permissions:
        own = EntryFilter(status=EntryStatus.DRAFT, provider=actor.home_department)
        drafts = catalogue.entries(actor, own, limit=SHOWN).rows
        if drafts:
            tables.append(_entries_table(drafts, _("本部门的草稿")))


def _add_proposals(actor: Actor, tiles: list[Tile]) -> None:
    """What the platform proposed to the actor's department and nobody has confirmed yet."""
    where = drafting.ProposalFilter(department=actor.home_department, status=drafting.ProposalStatus.PROPOSED)
    count = drafting.count_proposals(actor, where)
    if count:
        address = reverse("desk:drafting") + f"?department={actor.home_department}"
        tiles.append(Tile(title=_("待确认的编目建议"), value=count, href=address, tone=Tone.INFO))


def _add_searches(actor: Actor, tables: list[Table]) -> None:
    """Kept searches in which something is new or was changed since the person last looked."""
    fresh = [one for one in catalogue.saved_searches(actor) if one.fresh]
    if fresh:
        tables.append(
            Table(
                caption=_("我的检索有更新"),
                columns=[
                    Column(key="name", title=_("检索")),
                    Column(key="fresh", title=_("新增或更新的条目"), numeric=True),
                ],
                rows=[
                    {
                        "name": Link(text=one.name, href=reverse("desk:search-look", args=[one.id])),
                        "fresh": one.fresh,
                    }
                    for one in fresh
                ],
            )
        )


def _entries_table(rows: Sequence[EntrySummary], caption: str) -> Table:
    return Table(
        caption=caption,
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="provider", title=_("提供部门")),
            Column(key="due", title=_("审核期限"), nowrap=True),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "title": Link(text=row.title, href=reverse("desk:entry", args=[row.service])),
                "provider": row.provider_name,
                "due": row.review_due_on,
                "status": badge(row.status),
            }
            for row in rows
        ],
    )


def _add_runs(actor: Actor, tiles: list[Tile], tables: list[Table]) -> None:
    """Entries whose newest run failed; a failure that a later run mended is history."""
    found = wall(actor, WallFilter(), now=clock().now())
    failed = [cell.run_id for cell in found.cells if cell.state is WallState.BROKEN and cell.error_code]
    late = found.counts[WallState.LATE]
    tiles += [
        Tile(
            title=_("归集失败的条目"),
            value=len(failed),
            href=reverse("desk:runs") + "?status=failed",
            tone=Tone.BAD if failed else Tone.GOOD,
        ),
        Tile(
            title=_("迟到的条目"),
            value=late,
            href=reverse("desk:wall") + "?state=late",
            tone=Tone.WARNING if late else Tone.GOOD,
        ),
    ]
    if failed:
        tables.append(_failed_table([collection.run(actor, run_id) for run_id in failed[:SHOWN]]))


def _failed_table(failed: Sequence[RunView]) -> Table:
    return Table(
        caption=_("归集失败的条目"),
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="at", title=_("结束时间"), nowrap=True),
            Column(key="why", title=_("原因")),
        ],
        rows=[
            {
                "title": Link(text=run.title, href=reverse("desk:run", args=[run.run_id])),
                "at": run.ended_at,
                "why": error_text(run.error_code, dict(run.error_detail)),
            }
            for run in failed
        ],
    )
