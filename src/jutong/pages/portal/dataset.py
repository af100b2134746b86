"""One dataset: what it is, a look at it, and taking it home."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from jutong.control.opening import api as opening
from jutong.control.opening.terms import DatasetStatus
from jutong.control.opening.values import DatasetView
from jutong.dataflow.serving.releases import ReleaseInfo
from jutong.evidence.records import DOWNLOAD, OK, EvidenceRecord
from jutong.kernel.clock import SystemClock
from jutong.kernel.ids import new_id
from jutong.pages.components import Link
from jutong.pages.portal import calls, presentation
from jutong.pages.portal.evidence import evidence_writer
from jutong.pages.portal.files import MAP_FORMAT, ReleaseFiles
from jutong.vocabulary.catalogue import OpenType


@require_safe
def page(request: HttpRequest, service: str) -> HttpResponse:
    """Metadata, items, a sample of the rows, a chart, a map and the downloads."""
    dataset = _given_out(service)
    opening.count_view(service)
    free = dataset.open_type is OpenType.UNCONDITIONAL
    files = ReleaseFiles.of(settings.DATA_HOME, service) if free else None
    context: dict[str, Any] = {
        "dataset": dataset,
        "free": free,
        "crumbs": _crumbs(),
        "facts": presentation.facts(dataset),
        "items": presentation.item_table(dataset),
        "call": calls.example(dataset, settings.PUBLIC_GATEWAY_URL),
    }
    if files is not None:
        context |= {
            "downloads": presentation.downloads(dataset, files),
            "preview": presentation.sample_table(files),
            "charts": presentation.charts(files),
            "map": presentation.geo_map(dataset, files),
        }
    return render(request, "portal/dataset.html", context)


@require_safe
def download(request: HttpRequest, service: str, format: str) -> HttpResponseBase:  # noqa: A002  # named by the address
    """Stream one file of the present release; evidence of it is on disk before the first byte goes out.

    Raises:
        EvidenceUnavailable: the download could not be recorded, so nothing is given.
    """
    dataset = _given_out(service)
    if dataset.open_type is not OpenType.UNCONDITIONAL:
        return render(request, "portal/conditional.html", {"dataset": dataset}, status=HTTPStatus.FORBIDDEN)
    files = ReleaseFiles.of(settings.DATA_HOME, service)
    found = files.find(format) if files else None
    if files is None or found is None:
        raise Http404(f"{service} has no {format} file")
    file, path = found
    if request.method == "GET":
        _record(request, dataset, files.info, format)
        opening.count_download(service)
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{dataset.title}_v{files.info.version}.{format}",
        content_type=file.media_type,
    )
    response.headers["ETag"] = f'"{file.sha256}"'
    return response


@require_safe
def shapes(request: HttpRequest, service: str) -> HttpResponseBase:  # noqa: ARG001
    """The shapes that the page's map shows: a look at the data, like the sample of its rows."""
    dataset = _given_out(service)
    files = ReleaseFiles.of(settings.DATA_HOME, service)
    found = files.find(MAP_FORMAT) if files else None
    if found is None or dataset.open_type is not OpenType.UNCONDITIONAL:
        raise Http404(f"{service} has no shapes to show")
    file, path = found
    return FileResponse(path.open("rb"), content_type=file.media_type)


def _given_out(service: str) -> DatasetView:
    """The dataset, if it is open now: one that is being changed or was withdrawn gives nothing out."""
    dataset = opening.dataset(service)
    if dataset.status is not DatasetStatus.OPEN:
        raise Http404(f"{service} is not open")
    return dataset


def _record(request: HttpRequest, dataset: DatasetView, release: ReleaseInfo, format: str) -> None:  # noqa: A002
    user = request.user
    evidence_writer(settings.DATA_HOME).record_and_wait(
        EvidenceRecord(
            kind=DOWNLOAD,
            time=SystemClock().now(),
            service=dataset.service,
            operation=f"download.{format}",
            outcome=OK,
            request_id=new_id("req"),
            actor=user.get_username() if user.is_authenticated else "",
            provider=dataset.provider,
            entry=dataset.code,
            items=tuple(column.field for column in release.columns),
            rows=release.rows,
        )
    )


def _crumbs() -> tuple[Link, ...]:
    return (
        Link(text=gettext("首页"), href=reverse("portal:home")),
        Link(text=gettext("数据集"), href=reverse("portal:datasets")),
    )
