"""Sketches of columns: recorded after a collection, read in small numbers when items are compared."""

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import transaction
from django.db.models import Max, Q

from jutong.control.directory.api import Actor, Permission, require
from jutong.control.one_source.grouping import SAMPLE
from jutong.control.one_source.judging import FEW_VALUES
from jutong.control.one_source.models import Sketch
from jutong.control.one_source.values import Place
from jutong.kernel.clock import Clock
from jutong.vocabulary.sketches import ColumnSketch

_SHELF: Final = 2000
_AT_ONCE: Final = 200


def record_sketches(
    actor: Actor, service: str, version: int, sketches: Sequence[ColumnSketch], *, clock: Clock
) -> None:
    """Keep the sketches of `version` of an entry's table in the place of the older ones; safe to repeat."""
    require(actor, Permission.RUN_EXECUTE)
    now = clock.now()
    # A version without a column to sketch is remembered too, or it would be looked at for ever.
    kept = sketches or [ColumnSketch(field="", k=0)]
    rows = [
        Sketch(
            service=service,
            field=one.field,
            version=version,
            k=one.k,
            rows=one.rows,
            empty=one.empty,
            distinct=one.distinct if one.hashes else 0.0,
            hashes=one.to_bytes(),
            sample=array("Q", one.hashes[:SAMPLE]).tobytes(),
            made_at=now,
        )
        for one in kept
    ]
    with transaction.atomic():
        Sketch.objects.filter(service=service).delete()
        Sketch.objects.bulk_create(rows)


def sketched_versions() -> Mapping[str, int]:
    """Service → the version that was sketched last."""
    found = Sketch.objects.values("service").annotate(newest=Max("version"))
    return {row["service"]: row["newest"] for row in found}


def samples() -> dict[Place, tuple[int, ...]]:
    """The smallest hashes of every column with enough distinct values to be found by them."""
    rows = Sketch.objects.filter(distinct__gte=FEW_VALUES).values_list("service", "field", "sample")
    return {
        (service, field): tuple(array("Q", bytes(raw)))
        for service, field, raw in rows.iterator(chunk_size=2000)
    }


class SketchShelf:
    """Sketches by place, of which no more than a fixed number are in memory at once."""

    def __init__(self) -> None:
        self._known: OrderedDict[Place, ColumnSketch] = OrderedDict()
        self._there = set(Sketch.objects.values_list("service", "field"))

    def __call__(self, places: Sequence[Place]) -> Mapping[Place, ColumnSketch]:
        there = [place for place in places if place in self._there]
        missing = [place for place in there if place not in self._known]
        if missing:
            self._known |= sketches_at(missing)
        found = {place: self._known[place] for place in there if place in self._known}
        while len(self._known) > _SHELF:
            self._known.popitem(last=False)
        return found


def sketches_at(places: Iterable[Place]) -> dict[Place, ColumnSketch]:
    """The sketches of these columns, where there are any."""
    found: dict[Place, ColumnSketch] = {}
    wanted = sorted(set(places))
    for start in range(0, len(wanted), _AT_ONCE):
        part = set(wanted[start : start + _AT_ONCE])
        where = Q(service__in={service for service, _ in part}, field__in={field for _, field in part})
        for row in Sketch.objects.filter(where):
            if (row.service, row.field) in part:
                found[row.service, row.field] = ColumnSketch.from_bytes(
                    bytes(row.hashes), field=row.field, k=row.k, rows=row.rows, empty=row.empty
                )
    return found
