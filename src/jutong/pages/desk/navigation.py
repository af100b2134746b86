"""The workbench's own navigation: only what the actor may do somewhere is shown."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jutong.control.directory.api import Actor, Permission
from jutong.pages.components import Link

P = Permission
# (name, address, permissions of which one is enough)
Section = tuple[Promise | str, str, frozenset[Permission]]


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """Links of one area of work under its heading; the first group has none."""

    title: str
    links: tuple[Link, ...]


SECTIONS: Final[tuple[tuple[Promise | str, tuple[Section, ...]], ...]] = (
    ("", ((_("待办"), "desk:home", frozenset()),)),
    (
        _("编目"),
        (
            (_("目录"), "desk:catalogue", frozenset({P.ENTRY_READ})),
            (_("数据图谱"), "desk:map", frozenset({P.ENTRY_READ})),
            (_("事项"), "desk:duties", frozenset({P.ENTRY_READ})),
            (_("编目建议"), "desk:drafting", frozenset({P.ENTRY_DRAFT, P.DUTY_MANAGE})),
            (_("导入导出"), "desk:interchange", frozenset({P.ENTRY_IMPORT})),
            (_("外部目录采集"), "desk:harvest", frozenset({P.HARVEST_MANAGE, P.ENTRY_DRAFT})),
            (
                _("目录审核"),
                "desk:reviews",
                frozenset({P.ENTRY_REVIEW_DEPARTMENT, P.ENTRY_REVIEW_BUREAU, P.ENTRY_DRAFT}),
            ),
            (_("分级管控"), "desk:grading", frozenset({P.ENTRY_READ})),
            (_("目录体检"), "desk:inspection", frozenset({P.INSPECTION_RUN, P.ENTRY_DRAFT})),
            (_("三清单"), "desk:lists", frozenset({P.ENTRY_READ})),
            (_("一数一源"), "desk:one-source", frozenset({P.ENTRY_READ})),
            (_("标准"), "desk:standards", frozenset({P.ENTRY_READ})),
        ),
    ),
    (
        _("归集"),
        (
            (_("数据源一览"), "desk:wall", frozenset({P.SOURCE_READ})),
            (_("数据源"), "desk:sources", frozenset({P.SOURCE_READ, P.SOURCE_MANAGE})),
            (_("归集任务"), "desk:runs", frozenset({P.RUN_READ})),
            (_("数据填报"), "desk:filling", frozenset({P.SHEET_FILL, P.SHEET_REVIEW, P.FILLING_MANAGE})),
            (_("问题数据"), "desk:quarantine", frozenset({P.QUARANTINE_READ})),
            (_("完整性台账"), "desk:proofs", frozenset({P.SOURCE_READ})),
            (_("告警"), "desk:alerts", frozenset({P.ALERT_MANAGE})),
            (_("留存与销毁"), "desk:retention", frozenset({P.RETENTION_READ})),
        ),
    ),
    (
        _("共享和开放"),
        (
            (_("共享申请"), "desk:applications", frozenset({P.APPLICATION_READ})),
            (_("授权"), "desk:grants", frozenset({P.GRANT_READ})),
            (_("应用密钥"), "desk:clients", frozenset({P.CLIENT_READ})),
            (_("调用证据"), "desk:evidence", frozenset({P.CALL_READ})),
            (_("开放数据集"), "desk:datasets", frozenset({P.DATASET_MANAGE, P.ENTRY_READ})),
        ),
    ),
    (
        _("监督和管理"),
        (
            (_("监督评价"), "desk:supervision", frozenset({P.RANKING_READ})),
            (_("示范得分"), "desk:demo-score", frozenset({P.RANKING_READ})),
            (_("机构改革"), "desk:restructuring", frozenset({P.RESTRUCTURE, P.ENTRY_DRAFT})),
            (_("部门和系统"), "desk:departments", frozenset({P.SYSTEM_MANAGE, P.PERSON_READ})),
            (_("人员"), "desk:people", frozenset({P.PERSON_READ})),
            (_("访问令牌"), "desk:tokens", frozenset({P.ENTRY_READ})),
            (_("审计"), "desk:audit", frozenset({P.AUDIT_READ})),
        ),
    ),
)


def desk_navigation(actor: Actor, path: str) -> tuple[NavigationGroup, ...]:
    """Links to the sections open to `actor`, by area of work; the one that holds `path` is current."""
    groups = []
    for title, sections in SECTIONS:
        links = tuple(
            _link(text, _address(name), path)
            for text, name, needed in sections
            if not needed or needed & actor.permissions
        )
        if links:
            groups.append(NavigationGroup(str(title), links))
    return tuple(groups)


@cache
def _address(name: str) -> str:
    return reverse(name)


def _link(text: Promise | str, href: str, path: str) -> Link:
    current = path == href or (href != _address("desk:home") and path.startswith(href))
    return Link(text=str(text), href=href, current=current)
