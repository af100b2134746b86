"""The standards of one day, loaded once for looking many items up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q

from jutong.control.standards.binding import bare_name
from jutong.control.standards.models import CodeListVersion, ElementVersion
from jutong.control.standards.rows import definition_of
from jutong.control.standards.terms import StandardStatus
from jutong.control.standards.values import StandardsIndex
from jutong.kernel.text import character_pairs
from jutong.vocabulary.data_elements import ElementDefinition


def holding_on(day: date) -> Q:
    """Versions that hold on `day`: issued, begun, and not ended."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return ~Q(status=StandardStatus.DRAFT.value) & begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def standards_index(at: date) -> StandardsIndex:
    """Elements and code lists as they stand on the day `at` (Asia/Shanghai)."""
    rows = ElementVersion.objects.filter(holding_on(at))
    elements = {row.code: definition_of(row) for row in rows}
    ended = _ended_elements(elements)
    lists = dict(CodeListVersion.objects.filter(holding_on(at)).values_list("name", "zh"))
    known = set(
        CodeListVersion.objects.exclude(status=StandardStatus.DRAFT.value).values_list("name", flat=True)
    )
    return index_of(elements.values(), lists=lists, ended=ended, ended_lists=frozenset(known - set(lists)))


def _ended_elements(standing: Mapping[str, ElementDefinition]) -> dict[str, str]:
    rows = ElementVersion.objects.exclude(status=StandardStatus.DRAFT.value).order_by("number")
    pairs = rows.values_list("code", "replaced_by")
    return {code: successor for code, successor in pairs if code not in standing}


def index_of(
    elements: Iterable[ElementDefinition],
    *,
    lists: Mapping[str, str],
    ended: Mapping[str, str] | None = None,
    ended_lists: frozenset[str] = frozenset(),
) -> StandardsIndex:
    """The index over given standards, for those that are not in a database too."""
    by_code = {element.code: element for element in elements}
    names: defaultdict[str, set[str]] = defaultdict(set)
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for element in by_code.values():
        for name in (element.zh, *element.synonyms):
            names[bare_name(name)].add(element.code)
            for pair in character_pairs(bare_name(name)):
                pairs[pair].add(element.code)
    return StandardsIndex(
        elements=by_code,
        ended=ended or {},
        lists=lists,
        ended_lists=ended_lists,
        by_name={name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1},
        by_pair={pair: frozenset(codes) for pair, codes in pairs.items()},
    )
