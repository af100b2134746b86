"""Reader of CKAN catalogues by the action API: searched page by page; listed and shown where search is closed."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from jutong.dataflow.catalogues.content import json_of, unreadable
from jutong.dataflow.catalogues.errors import CatalogueRefused
from jutong.dataflow.catalogues.fetching import FILE, Fetcher
from jutong.dataflow.catalogues.identity import identified, object_of
from jutong.dataflow.catalogues.notes import TEXT_LIMIT, TITLE_LIMIT, Notes, finding
from jutong.dataflow.catalogues.records import SourcePage
from jutong.vocabulary.catalogue import OpenType
from jutong.vocabulary.harvest import CatalogueRecord, RawRecord, RecordDistribution, RecordFinding, Side

ROWS: Final = 100
SHOWN: Final = 50
LISTED: Final = "list:"
DISTRIBUTIONS: Final = 100
_CYCLES: Final = (
    "frequency",
    "update_frequency",
    "accrual_periodicity",
    "updateFrequency",
    "更新频率",
    "更新周期",
)
_THEMES: Final = ("theme", "topic", "category", "主题")


class Ckan:
    """`address` is the site, such as https://data.example.org, or the action API's own address."""

    def page(self, address: str, cursor: str, *, fetch: Fetcher, validators: Mapping[str, str]) -> SourcePage:  # noqa: ARG002
        if address.startswith(FILE):
            return _searched(self._result(fetch, address), 0)
        if cursor.startswith(LISTED):
            return self._listed(address, int(cursor.removeprefix(LISTED)), fetch)
        start = int(cursor or 0)
        query = urlencode({"rows": ROWS, "start": start, "sort": "metadata_created asc, id asc"})
        try:
            result = self._result(fetch, action(address, "package_search", query))
        except CatalogueRefused:
            if start:
                raise
            return self._listed(address, 0, fetch)
        return _searched(result, start)

    def _listed(self, address: str, start: int, fetch: Fetcher) -> SourcePage:
        names = self._result(fetch, action(address, "package_list", ""))
        if not isinstance(names, list):
            raise unreadable(address, "package_list 没有返回列表", "package_list gave no list")
        values = []
        for name in names[start : start + SHOWN]:
            query = urlencode({"id": str(name)})
            values.append(self._result(fetch, action(address, "package_show", query)))
        following = f"{LISTED}{start + SHOWN}" if start + SHOWN < len(names) else None
        return _page(values, total=len(names), following=following)

    @staticmethod
    def _result(fetch: Fetcher, address: str) -> Any:
        fetched = fetch.get(address)
        document = json_of(fetched)
        if isinstance(document, dict) and "result" in document:
            if document.get("success") is False:
                raise unreadable(fetched.address, "接口报告失败", "the interface reports a failure")
            return document["result"]
        if isinstance(document, list) or (isinstance(document, dict) and "results" in document):
            return document
        raise unreadable(fetched.address, "不是 CKAN 接口的返回", "it is no answer of a CKAN interface")

    def record(self, raw: RawRecord) -> tuple[CatalogueRecord, tuple[RecordFinding, ...]]:
        given = object_of(raw)
        notes = Notes()
        extras = _extras(given)
        organisation = given.get("organization")
        publisher = organisation.get("title") if isinstance(organisation, dict) else None
        distributions = tuple(_distributions(given, notes))
        if not distributions:
            notes.theirs("distribution_missing", "resources")
        title = notes.text(given.get("title"), "title", limit=TITLE_LIMIT)
        named = notes.text(publisher or extras.get("publisher_name") or given.get("author"), "organization")
        description = notes.text(given.get("notes"), "notes", limit=TEXT_LIMIT)
        for value, code, place in (
            (title, "title_missing", "title"),
            (description, "description_missing", "notes"),
            (named, "publisher_missing", "organization"),
        ):
            if not value:
                notes.theirs(code, place)
        cycle = next((extras[name] for name in _CYCLES if extras.get(name)), given.get("frequency"))
        record = CatalogueRecord(
            identifier=raw.identifier,
            title=title,
            description=description,
            publisher=named,
            contact_name=notes.text(given.get("maintainer") or extras.get("contact_name"), "maintainer"),
            contact_email=notes.email(
                given.get("maintainer_email") or extras.get("contact_email"), "maintainer_email"
            ),
            issued=notes.day(extras.get("issued") or given.get("metadata_created"), "metadata_created"),
            modified=notes.day(extras.get("modified") or given.get("metadata_modified"), "metadata_modified"),
            frequency=notes.frequency(cycle, "frequency"),
            theme=notes.theme(_themes(given, extras, notes), "groups"),
            keywords=notes.texts(_names(given.get("tags")), "tags"),
            openness=OpenType.NOT_OPEN if given.get("private") is True else OpenType.UNCONDITIONAL,
            licence=notes.text(given.get("license_title") or given.get("license_id"), "license_title"),
            landing_page=notes.address(given.get("url"), "url"),
            spatial=notes.text(extras.get("spatial_text"), "spatial_text"),
            languages=notes.texts(extras.get("language"), "language"),
            distributions=distributions,
        )
        return record, (*raw.findings, *notes.findings)


def action(address: str, name: str, query: str) -> str:
    """The address of an action, below the site or the API that `address` names."""
    parts = urlsplit(address)
    path = parts.path.rstrip("/")
    base = path[: path.index("/api/")] if "/api/" in path else path.removesuffix("/api")
    return urlunsplit((parts.scheme, parts.netloc, f"{base}/api/3/action/{quote(name)}", query, ""))


def _searched(result: Any, start: int) -> SourcePage:
    if isinstance(result, list):
        return _page(result, total=len(result), following=None)
    values = result.get("results") if isinstance(result, dict) else None
    if not isinstance(values, list):
        raise unreadable("package_search", "没有 results 列表", "there is no list `results`")
    count = result.get("count")
    total = count if isinstance(count, int) else None
    after = start + len(values)
    more = bool(values) and (after < total if total is not None else len(values) == ROWS)
    return _page(values, total=total, following=str(after) if more else None)


def _page(values: list[Any], *, total: int | None, following: str | None) -> SourcePage:
    objects = [each for each in values if isinstance(each, dict)]
    lost = len(values) - len(objects)
    rejected = (finding(Side.THEIRS, "not_an_object", "results"),) * lost
    return SourcePage(
        records=tuple(identified(each, (each.get("id"), each.get("name"))) for each in objects),
        following=following,
        total=total,
        findings=rejected,
    )


def _extras(given: dict[str, Any]) -> dict[str, Any]:
    values = given.get("extras")
    if isinstance(values, dict):
        return values
    pairs = [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
    return {str(each.get("key")): each.get("value") for each in pairs}


def _names(values: Any) -> list[Any]:
    """Display names of a list of objects or texts."""
    listed = values if isinstance(values, list) else []
    return [
        (each.get("display_name") or each.get("title") or each.get("name"))
        if isinstance(each, dict)
        else each
        for each in listed
    ]


def _themes(given: dict[str, Any], extras: dict[str, Any], notes: Notes) -> tuple[str, ...]:
    named = [extras[name] for name in _THEMES if isinstance(extras.get(name), str)]
    return notes.texts([*named, *_names(given.get("groups"))], "groups")


def _distributions(given: dict[str, Any], notes: Notes) -> list[RecordDistribution]:
    values = given.get("resources")
    listed = [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
    if len(listed) > DISTRIBUTIONS:
        notes.ours("list_cut", "resources", "resources")
    licence = notes.text(given.get("license_title"), "license_title")
    return [
        RecordDistribution(
            title=notes.text(each.get("name") or each.get("description"), "resources.name"),
            address=notes.address(each.get("url"), "resources.url"),
            format=notes.format(each.get("format"), each.get("mimetype"), place="resources.format"),
            licence=licence,
        )
        for each in listed[:DISTRIBUTIONS]
    ]
