"""Files that a page hands out to be kept."""

from io import BytesIO
from typing import Final

from django.http import FileResponse

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"


def kept_file(content: bytes, name: str) -> FileResponse:
    """`content` as the file `name`: a workbook, or CSV where its name ends so."""
    kind = CSV if name.endswith(".csv") else EXCEL
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=kind)
