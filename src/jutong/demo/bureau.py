"""What the bureau keeps beside the entries: words of the city, a search worth keeping, a restructuring to come."""

from datetime import timedelta
from typing import Final

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryFilter, SearchQuery
from jutong.control.directory.api import actor_named
from jutong.control.restructuring import api as restructuring
from jutong.control.restructuring.api import ReformDraft, ReformKind
from jutong.demo.settling import REVIEWER, officer
from jutong.kernel.clock import Clock, business_date

SYNONYMS: Final = ("房本", "房产证", "不动产登记")
SAVED_BY: Final = "hrss"
SAVED: Final = "社保相关的目录"
UNTIL_REFORM: Final = timedelta(days=45)


def keep_words(*, clock: Clock) -> None:
    """A group of the city's own synonyms, and an officer's saved search; safe to repeat."""
    reviewer, who = actor_named(REVIEWER), officer(SAVED_BY)
    if not catalogue.synonym_groups(reviewer):
        catalogue.add_synonyms(reviewer, SYNONYMS, note="窗口常用的叫法", clock=clock)
    if not catalogue.saved_searches(who):
        query = SearchQuery(where=EntryFilter(text="社保", live=True))
        catalogue.save_search(who, SAVED, query, clock=clock)


def plan_reform(*, clock: Clock) -> None:
    """Housing goes to the land department in six weeks: written up once, nothing is moved."""
    reviewer = actor_named(REVIEWER)
    if restructuring.reforms(reviewer):
        return
    draft = ReformDraft(
        kind=ReformKind.MERGE,
        title="住房保障和房产管理局并入规划和自然资源局（演示）",
        document="杭州市机构改革方案（演示）",
        document_number="杭委发〔2026〕演示1号",
        effective_on=business_date(clock.now()) + UNTIL_REFORM,
        before=("construction",),
        after="land",
    )
    restructuring.plan(reviewer, draft, clock=clock)
