"""What other apps count of collection: how hooked entries stand, newest versions, failed runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.collection.schedule import punctuality
from jutong.control.collection.sources import binding_view
from jutong.control.collection.terms import Punctuality, RunStatus
from jutong.control.collection.values import BindingView, LastDelivery
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.contracts import RunReport


def standing_bindings(at: datetime, *, service: str = "") -> tuple[BindingView, ...]:
    """The hooked live entries of the whole city, or one of them, as they stand at the instant `at`."""
    rows = Binding.objects.select_related("entry__provider", "source").filter(active=True, entry__live=True)
    if service:
        rows = rows.filter(entry__service=service)
    return tuple(binding_view(row, FixedClock(at)) for row in rows)


@dataclass(frozen=True, slots=True)
class StandingDelivery:
    """What a ranking needs to know of one hooked live entry."""

    service: str
    provider: str
    version: int | None
    rows: int | None
    score: float | None
    punctuality: Punctuality


def standing_deliveries(at: datetime) -> tuple[StandingDelivery, ...]:
    """The hooked live entries of the whole city at the instant `at`; as `standing_bindings`, read in a tenth of its time."""
    rows = Binding.objects.filter(active=True, entry__live=True).values_list(
        "entry__service",
        "entry__provider__code",
        "last_version",
        "last_rows",
        "last_score",
        "due_at",
        "last_success_at",
    )
    return tuple(
        StandingDelivery(
            service, provider, version, count, score, punctuality(due_at=due_at, last_success_at=last, now=at)
        )
        for service, provider, version, count, score, due_at, last in rows
    )


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the deliveries of one hooked entry stand."""

    version: int | None
    score: float | None
    punctuality: Punctuality


def deliveries(at: datetime) -> Mapping[int, Delivery]:
    """The hooked entries of the whole city at the instant `at`, by the key of the entry."""
    rows = Binding.objects.filter(active=True).values_list(
        "entry_id", "last_version", "last_score", "due_at", "last_success_at"
    )
    return {
        entry: Delivery(version, score, punctuality(due_at=due_at, last_success_at=last_success_at, now=at))
        for entry, version, score, due_at, last_success_at in rows
    }


def latest_versions() -> Mapping[str, int]:
    """The newest lake version of each hooked entry that has data, by service name."""
    rows = Binding.objects.filter(active=True, last_version__isnull=False)
    pairs = rows.values_list("entry__service", "last_version")
    return {service: version for service, version in pairs if version is not None}


def failed_bindings() -> int:
    """Hooked live entries whose newest run failed."""
    newest = CollectionRun.objects.filter(binding=OuterRef("pk")).order_by("-id").values("status")[:1]
    rows = Binding.objects.filter(active=True, entry__live=True).annotate(newest=Subquery(newest))
    return rows.filter(newest=RunStatus.FAILED.value).count()


def last_deliveries(*, service: str = "") -> Mapping[str, LastDelivery]:
    """How the newest ended run of each hooked live entry went, by service name; of all entries or of one."""
    ended = CollectionRun.objects.filter(
        binding=OuterRef("pk"), status__in=(RunStatus.SUCCEEDED.value, RunStatus.FAILED.value)
    )
    bindings = Binding.objects.filter(active=True, entry__live=True)
    if service:
        bindings = bindings.filter(entry__service=service)
    newest = dict(
        bindings.annotate(newest=Subquery(ended.order_by("-id").values("pk")[:1])).values_list(
            "newest", "entry__service"
        )
    )
    rows = CollectionRun.objects.filter(pk__in=[key for key in newest if key is not None])
    return {newest[row.pk]: _last_delivery(row) for row in rows.only("error_code", "report")}


def _last_delivery(row: CollectionRun) -> LastDelivery:
    report = RunReport.from_json(row.report) if row.report else None
    return LastDelivery(
        error_code=row.error_code,
        missing_columns=report.missing_columns if report else (),
        extra_columns=report.extra_columns if report else (),
    )
