"""The audit trail, and the verification of its chain (audit administrator)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, AuditAction
from jutong.pages.components import Badge, Column, Empty, Table, Tone
from jutong.pages.desk.acting import desk_page, desk_render, paging
from jutong.pages.desk.cells import stacked

OUTCOMES = ("done", "denied")


@desk_page
def trail(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("actor", "action", "object", "outcome")}
    page = directory.audit_trail(
        actor,
        actor_name=asked["actor"],
        action=asked["action"],
        object_id=asked["object"],
        outcome=asked["outcome"] if asked["outcome"] in OUTCOMES else "",
        cursor=request.GET.get("cursor"),
    )
    table = Table(
        caption=_("审计记录，新的在前"),
        columns=[
            Column(key="sequence", title=_("序号"), numeric=True),
            Column(key="at", title=_("时间"), nowrap=True),
            Column(key="actor", title=_("操作人")),
            Column(key="action", title=_("动作和对象")),
            Column(key="outcome", title=_("结果"), nowrap=True),
        ],
        rows=[
            {
                "sequence": event.sequence,
                "at": event.at,
                "actor": event.actor_name,
                "action": stacked(event.action, f"{event.object_type} {event.object_id}", code=True),
                "outcome": Badge(text=_("完成"), tone=Tone.GOOD)
                if event.outcome == "done"
                else Badge(text=_("拒绝"), tone=Tone.BAD),
            }
            for event in page.rows
        ],
        empty=Empty(title=_("没有符合条件的记录")),
    )
    context = {
        "table": table,
        "asked": asked,
        "actions": sorted(action.value for action in AuditAction),
        "pages": paging(request, page),
        "verdict": directory.verify_audit(actor) if "verify" in request.GET else None,
    }
    return desk_render(request, actor, "desk/audit.html", context)
