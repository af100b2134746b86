"""Files of standards: what is uploaded becomes rows, rows become a file that Excel opens."""

import csv
import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from rustpy_xlsxwriter import FastExcel

from jutong.dataflow.connectors import ReadLimits, read_records
from jutong.dataflow.serving.files import guard
from jutong.pages.desk.served_files import kept_file

LARGEST_MB: Final = 20
SUFFIXES: Final = frozenset({".xlsx", ".xls", ".et", ".csv", ".txt"})


def rows_of(file: "UploadedFile[bytes]") -> list[dict[str, str]]:
    """The rows of an uploaded Excel or CSV file as text by column title.

    Raises:
        ConnectorError: it is no such file, is damaged, encrypted or too large.
    """
    with tempfile.TemporaryDirectory(prefix="jutong-standards-") as folder:
        path = Path(folder) / f"standard{Path(file.name or '').suffix.lower()}"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        records = read_records(path, limits=ReadLimits.from_environment())
        return [{name.strip(): value or "" for name, value in record.items()} for record in records]


def download(
    name: str, titles: Sequence[str], rows: Iterable[Mapping[str, str]], *, as_csv: bool
) -> FileResponse:
    """The rows as a file; formulas are guarded, codes stay texts."""
    guarded = [{title: str(guard(row[title]) or "") for title in titles} for row in rows]
    body = _csv(titles, guarded) if as_csv else _xlsx(titles, guarded)
    return kept_file(body, f"{name}.{'csv' if as_csv else 'xlsx'}")


def _csv(titles: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, titles)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(titles: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="jutong-standards-") as folder:
        path = Path(folder) / "standard.xlsx"
        book = FastExcel(str(path))
        book.sheet("标准", list(rows) or [dict.fromkeys(titles)])
        book.save()
        return path.read_bytes()
