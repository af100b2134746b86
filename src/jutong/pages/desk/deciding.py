"""The decision on an application: what may go out of each item, and how it would look (试运行)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from jutong.control.approval import api as approval
from jutong.control.approval.values import ApplicationView, ItemTerms, Terms
from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, AuditAction, Permission
from jutong.dataflow.masking import mask
from jutong.dataflow.serving import SnapshotStore
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, error_line, home
from jutong.pages.desk.badges import badge
from jutong.vocabulary.catalogue import MaskMethod
from jutong.vocabulary.contracts import GrantedItem, GrantPolicy, InformationItem

SAMPLE_ROWS: Final = 5
MAX_QUOTA: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A decision as the form sent it."""

    reason: str
    terms: Terms


def items_of(actor: Actor, view: ApplicationView) -> Mapping[str, InformationItem]:
    """The entry's items by field; empty for those to whom a withdrawn entry is no longer shown."""
    try:
        entry = catalogue.entry(actor, view.summary.service)
    except EntryNotFound:
        return {}
    return {item.field: item for item in entry.present.items}


def _described(items: Mapping[str, InformationItem], field: str) -> dict[str, Any]:
    """Name and level of an item, as far as they may be seen."""
    item = items.get(field)
    return {"item": item.name if item else field, "level": badge(item.level) if item else None}


def terms_table(view: ApplicationView, items: Mapping[str, InformationItem]) -> Table:
    language = error_language()
    rows = [{**_described(items, terms.field), "way": _way(terms, language)} for terms in view.terms.items]
    return Table(
        caption=_("申请的信息项和提供方式"),
        columns=[
            Column(key="item", title=_("信息项")),
            Column(key="level", title=_("级别"), nowrap=True),
            Column(key="way", title=_("提供方式")),
        ],
        rows=rows,
        first_is_header=True,
    )


def _way(terms: ItemTerms, language: str) -> Badge:
    if terms.refused:
        return Badge(text=_("不提供"), tone=Tone.BAD)
    if terms.verification_only:
        return Badge(text=_("只供核验"), tone=Tone.WARNING)
    if terms.mask is not None:
        return Badge(text=_("脱敏：%(method)s") % {"method": terms.mask.label(language)}, tone=Tone.INFO)
    return Badge(text=_("原文"), tone=Tone.GOOD)


def dry_run(actor: Actor, view: ApplicationView, *, terms: Terms | None = None) -> tuple[Table | None, str]:
    """(the first rows exactly as the gateway would give them, why there are none).

    Only those who may look at the provider's rows anyway see them: an application is no way around its decision.
    """
    if not directory.can(actor, Permission.DATA_PREVIEW, view.summary.provider):
        return None, ""
    try:
        policy = approval.policy_preview(actor, view.code, terms=terms)
    except JutongError as error:
        return None, error_line(error)
    table = _sample(policy)
    if table.rows:
        directory.record(
            actor,
            AuditAction.DATA_PREVIEW,
            at=clock().now(),
            object_type="entry",
            object_id=view.summary.service,
            department=view.summary.provider,
            detail={"application": view.code, "rows": len(table.rows)},
        )
    return table, ""


def _sample(policy: GrantPolicy) -> Table:
    shown = [item for item in policy.items if not item.verification_only]
    snapshot = SnapshotStore(home().serving).get(policy.service) if shown else None
    rows: list[dict[str, Any]] = []
    if snapshot is not None:
        fields = tuple(item.field for item in shown)
        for values in snapshot.sample(columns=fields, limit=SAMPLE_ROWS, filters=policy.row_filter):
            pairs = zip(shown, values, strict=True)
            rows.append({item.field: _as_sent(item, value) for item, value in pairs})
    return Table(
        caption=_("试运行：批准后网关会给出的样子（前 %(rows)d 行）") % {"rows": SAMPLE_ROWS},
        columns=[Column(key=item.field, title=item.name) for item in shown],
        rows=rows,
        empty=Empty(title=_("没有可看的样例"), text=_("数据尚未归集，或所申请的信息项只供核验。")),
    )


def _as_sent(item: GrantedItem, value: Any) -> Any:
    if item.mask is None or value is None:
        return value
    return mask(item.mask, str(value))


def decision_rows(terms: Terms, items: Mapping[str, InformationItem]) -> list[dict[str, Any]]:
    """One row of the decision form an item, with what is chosen now."""
    rows = []
    for one in terms.items:
        chosen = "refuse" if one.refused else "verify" if one.verification_only else "whole"
        if one.mask is not None and chosen == "whole":
            chosen = f"mask:{one.mask.value}"
        rows.append({**_described(items, one.field), "field": one.field, "chosen": chosen})
    return rows


def sent_decision(request: HttpRequest, view: ApplicationView) -> Sent:
    """What the form sent; an item or a quota that it does not name keeps its terms."""
    items = tuple(
        _item_terms(terms, request.POST.get(f"item_{terms.field}", "")) for terms in view.terms.items
    )
    quota = request.POST.get("daily_quota", "")
    usable = 1 <= (whole_number(quota) or 0) <= MAX_QUOTA
    terms = Terms(
        items=items,
        row_filter=view.terms.row_filter,
        daily_quota=int(quota) if usable else view.terms.daily_quota,
        rate_per_second=view.terms.rate_per_second,
    )
    return Sent(reason=request.POST.get("reason", "").strip(), terms=terms)


def _item_terms(terms: ItemTerms, sent: str) -> ItemTerms:
    if sent == "whole":
        return ItemTerms(field=terms.field)
    if sent == "verify":
        return ItemTerms(field=terms.field, verification_only=True)
    if sent == "refuse":
        return ItemTerms(field=terms.field, refused=True)
    if sent.startswith("mask:") and sent[5:] in set(MaskMethod):
        return ItemTerms(field=terms.field, mask=MaskMethod(sent[5:]))
    return terms


def shown_revision(request: HttpRequest) -> int | None:
    """The revision of the application that the form was drawn from; None when the form did not say."""
    return whole_number(request.POST.get("revision", ""))


def whole_number(text: str) -> int | None:
    """`text` as a number of at most twelve digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
