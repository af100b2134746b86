"""The workbench's own navigation: only what the actor may do somewhere is shown."""

from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jutong.control.directory.api import Actor, Permission
from jutong.pages.components import Link

# (name, address, permissions of which one is enough)
SECTIONS: Final[tuple[tuple[Promise | str, str, frozenset[Permission]], ...]] = (
    (_("待办"), "desk:home", frozenset()),
    (_("目录"), "desk:catalogue", frozenset({Permission.ENTRY_READ})),
    (_("数据源"), "desk:sources", frozenset({Permission.SOURCE_READ, Permission.SOURCE_MANAGE})),
    (_("归集任务"), "desk:runs", frozenset({Permission.RUN_READ})),
    (_("共享申请"), "desk:applications", frozenset({Permission.APPLICATION_READ})),
    (_("授权"), "desk:grants", frozenset({Permission.GRANT_READ})),
    (_("应用密钥"), "desk:clients", frozenset({Permission.CLIENT_READ})),
    (_("调用证据"), "desk:evidence", frozenset({Permission.CALL_READ})),
    (_("开放数据集"), "desk:datasets", frozenset({Permission.DATASET_MANAGE, Permission.ENTRY_READ})),
    (_("监督评价"), "desk:supervision", frozenset({Permission.RANKING_READ})),
    (_("示范得分"), "desk:demo-score", frozenset({Permission.RANKING_READ})),
    (_("部门和系统"), "desk:departments", frozenset({Permission.SYSTEM_MANAGE, Permission.PERSON_READ})),
    (_("人员"), "desk:people", frozenset({Permission.PERSON_READ})),
    (_("审计"), "desk:audit", frozenset({Permission.AUDIT_READ})),
)


def desk_navigation(actor: Actor, path: str) -> tuple[Link, ...]:
    """Links to the sections open to `actor`; the one that holds `path` is current."""
    links = []
    for text, name, needed in SECTIONS:
        if needed and not needed & actor.permissions:
            continue
        href = reverse(name)
        current = path == href or (name != "desk:home" and path.startswith(href))
        links.append(Link(text=str(text), href=href, current=current))
    return tuple(links)
