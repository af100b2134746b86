"""Lists of sources for people: one page at a time, with the entries that its sources fill."""

from django.db.models import Q

from jutong.control.collection.models import Binding, Source
from jutong.control.collection.sources import bindings_of, with_hooked
from jutong.control.collection.values import SourcePage
from jutong.control.directory.api import Actor, Permission, require, scope
from jutong.kernel.clock import Clock
from jutong.kernel.paging import DEFAULT_LIMIT, CursorInvalid, decode_cursor, encode_cursor


def source_page(
    actor: Actor,
    *,
    clock: Clock,
    department: str = "",
    search: str = "",
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> SourcePage:
    """Sources within the actor's scope by code, with the hooked entries that those of this page fill.

    `search` is found in the code and name of a source, and in the title of an entry that it fills.

    Raises:
        CursorInvalid: not one of an earlier page.
    """
    require(actor, Permission.SOURCE_READ, department or None)
    rows = Source.objects.order_by("code")
    reach = scope(actor, Permission.SOURCE_READ)
    if reach is not None:
        rows = rows.filter(department__code__in=reach)
    if department:
        rows = rows.filter(department__code=department)
    if wanted := search.strip():
        filled = Binding.objects.filter(active=True, entry__title__icontains=wanted).values("source")
        rows = rows.filter(Q(code__icontains=wanted) | Q(name__icontains=wanted) | Q(pk__in=filled))
    total = rows.count()
    if cursor:
        (after,) = decode_cursor(cursor, width=1)
        if not isinstance(after, str):
            raise CursorInvalid
        rows = rows.filter(code__gt=after)
    found = with_hooked(rows[: limit + 1])
    shown = found[:limit]
    return SourcePage(
        rows=shown,
        next_cursor=encode_cursor([shown[-1].code]) if len(found) > limit else None,
        total=total,
        # Whoever may read a source may read what it fills: both are of one department.
        hooked=bindings_of([one.code for one in shown], clock=clock),
        reach=reach,
    )
