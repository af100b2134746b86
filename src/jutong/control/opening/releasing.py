"""Opening and withdrawing datasets, and taking note of their files."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import F, Q, QuerySet

from jutong.control.catalogue.api import contract_of, entry_id
from jutong.control.collection.api import latest_versions
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.control.opening.errors import DatasetChanged, DatasetNotOpen, ReleaseHeld
from jutong.control.opening.gate import release_gate
from jutong.control.opening.models import Dataset
from jutong.control.opening.rows import find, views_of
from jutong.control.opening.terms import DatasetStatus, Licence, Theme
from jutong.control.opening.values import DatasetView, GateFinding, OpenItem
from jutong.kernel.clock import Clock

LIVE: Final = (DatasetStatus.PREPARING.value, DatasetStatus.OPEN.value)
CONTRACT_VERSION: Final = "contract_version"
ENTRY_WITHDRAWN: Final = "目录条目已下架。The entry was withdrawn."


def open_dataset(
    actor: Actor,
    service: str,
    *,
    items: Sequence[OpenItem],
    theme: Theme,
    clock: Clock,
    licence: Licence = Licence.CC_BY,
    title: str = "",
) -> DatasetView:
    """Open an entry to the public, or open it anew with other items; its files are made by a job.

    Raises:
        EntryNotFound: the entry is not published.
        ReleaseHeld: the gate holds it back (detail: findings).
    """
    contract = contract_of(service)
    require(actor, Permission.DATASET_MANAGE, contract.provider)
    findings = release_gate(contract, items)
    if findings:
        raise ReleaseHeld(
            service=service,
            count=len(findings),
            first_zh=findings[0].zh,
            first_en=findings[0].en,
            findings=[{"code": found.code, "field": found.field} for found in findings],
        )
    now = clock.now()
    with transaction.atomic():
        Dataset.objects.update_or_create(
            entry_id=entry_id(service),
            defaults={
                "title": title or contract.title,
                "theme": theme.value,
                "licence": licence.value,
                "items": msgspec.json.encode(tuple(items)).decode(),
                "status": DatasetStatus.PREPARING.value,
                "opened_at": now,
                "release_version": None,
                "withdrawn_reason": "",
            },
        )
        record(
            actor,
            AuditAction.DATASET_OPEN,
            at=now,
            object_type="dataset",
            object_id=service,
            department=contract.provider,
            detail={"items": [item.field for item in items], "licence": licence.value},
        )
    return views_of([find(service)])[0]


def withdraw_dataset(actor: Actor, service: str, *, reason: str, clock: Clock) -> DatasetView:
    """Take a dataset from the portal; its files stay for the record and are no longer given out.

    Raises:
        DatasetNotFound: it was never opened, or its entry is withdrawn.
        DatasetNotOpen: it is withdrawn already.
    """
    row = find(service)
    provider = contract_of(service).provider
    require(actor, Permission.DATASET_MANAGE, provider)
    rows = Dataset.objects.filter(pk=row.pk)
    if not _take_down(actor, rows, service, provider, reason=reason, detail={}, clock=clock):
        raise DatasetNotOpen(service=service)
    return views_of([find(service)])[0]


def record_release(
    actor: Actor,
    service: str,
    *,
    version: int,
    rows: int,
    info: Mapping[str, Any],
    clock: Clock,
    made_for: DatasetView | None = None,
) -> DatasetView:
    """The files of lake version `version` are there: the dataset is open. Safe to repeat.

    `made_for` is the dataset as the files were made: opened anew since, they are not its files any more.

    Raises:
        DatasetNotOpen: it was withdrawn meanwhile.
        DatasetChanged: it was opened anew meanwhile.
    """
    require(actor, Permission.DATASET_RELEASE)
    row = find(service)
    contract = contract_of(service)
    now = clock.now()
    made = {CONTRACT_VERSION: made_for.contract.version if made_for else contract.version}
    standing = Dataset.objects.filter(pk=row.pk, status__in=LIVE)
    if made_for is not None:
        standing = standing.filter(opened_at=made_for.opened_at)
    with transaction.atomic():
        changed = standing.update(
            status=DatasetStatus.OPEN.value,
            released_at=now,
            release_version=version,
            release_rows=rows,
            release={**info, **made},
        )
        if not changed:
            reopened = Dataset.objects.filter(pk=row.pk, status__in=LIVE).exists()
            raise DatasetChanged(service=service) if reopened else DatasetNotOpen(service=service)
        record(
            actor,
            AuditAction.DATASET_RELEASE,
            at=now,
            object_type="dataset",
            object_id=service,
            department=contract.provider,
            detail={"version": version, "rows": rows},
        )
    return views_of([find(service)])[0]


def hold_dataset(
    actor: Actor, dataset: DatasetView, findings: Sequence[GateFinding], *, clock: Clock
) -> None:
    """Take a dataset down because its files may not go out: the entry was changed, or its values forbid it."""
    require(actor, Permission.DATASET_RELEASE)
    names = {item.field: item.name for item in dataset.contract.items}
    reason = " ".join(f"{names.get(found.field, found.field)}：{found.zh}" for found in findings)
    detail = {"held": [{"code": found.code, "field": found.field} for found in findings]}
    rows = Dataset.objects.filter(entry__service=dataset.service, opened_at=dataset.opened_at)
    _take_down(actor, rows, dataset.service, dataset.provider, reason=reason, detail=detail, clock=clock)


def withdraw_orphans(actor: Actor, *, clock: Clock) -> tuple[str, ...]:
    """Withdraw the datasets of withdrawn entries, so that none comes back unasked; their services."""
    require(actor, Permission.DATASET_RELEASE)
    rows = Dataset.objects.filter(status__in=LIVE, entry__live=False)
    orphans = list(rows.values_list("pk", "entry__service", "entry__provider__code"))
    for pk, service, provider in orphans:
        row = Dataset.objects.filter(pk=pk, entry__live=False)
        _take_down(actor, row, service, provider, reason=ENTRY_WITHDRAWN, detail={}, clock=clock)
    return tuple(service for _, service, _ in orphans)


def _take_down(
    actor: Actor,
    rows: QuerySet[Dataset],
    service: str,
    provider: str,
    *,
    reason: str,
    detail: Mapping[str, Any],
    clock: Clock,
) -> bool:
    """Withdraw what is live among `rows` (one dataset at most), with its event; whether anything was."""
    with transaction.atomic():
        # An update by the key: with a joined table SQLite and PostgreSQL would want a subquery of their own.
        keys = list(rows.filter(status__in=LIVE).values_list("pk", flat=True))
        changed = Dataset.objects.filter(pk__in=keys, status__in=LIVE).update(
            status=DatasetStatus.WITHDRAWN.value, withdrawn_reason=reason
        )
        if changed:
            record(
                actor,
                AuditAction.DATASET_WITHDRAW,
                at=clock.now(),
                object_type="dataset",
                object_id=service,
                department=provider,
                detail={"reason": reason, **detail},
            )
    return bool(changed)


def awaiting_release(actor: Actor) -> tuple[DatasetView, ...]:
    """Datasets whose files are missing, older than the entry's newest delivery, or made under an older entry."""
    require(actor, Permission.DATASET_RELEASE)
    newest = latest_versions()
    rows = Dataset.objects.select_related("entry").filter(status__in=LIVE, entry__live=True)
    waiting = [row for row in rows if row.entry.service in newest and _is_behind(row, newest)]
    return views_of(waiting)


def _is_behind(row: Dataset, newest: Mapping[str, int]) -> bool:
    made_under = row.release.get(CONTRACT_VERSION, row.entry.published_version)
    return newest[row.entry.service] != row.release_version or made_under != row.entry.published_version


def count_view(service: str) -> None:
    Dataset.objects.filter(_open(service)).update(views=F("views") + 1)


def count_download(service: str) -> None:
    Dataset.objects.filter(_open(service)).update(downloads=F("downloads") + 1)


def _open(service: str) -> Q:
    return Q(entry__service=service, status=DatasetStatus.OPEN.value)
