"""Data pushed by departments' systems."""

from typing import Final

from jutong.control.directory.http import Call, Operation
from jutong.dataflow.connectors.pushes.errors import PayloadTooLarge
from jutong.dataflow.connectors.pushes.settings import SpoolSettings
from jutong.processes.pushing import FORMATS, PushReceipt, push

KEY_HEADER: Final = "Idempotency-Key"
_LONGEST_KEY: Final = 200


def _push(call: Call) -> PushReceipt:
    settings = SpoolSettings.from_environment()
    limit = settings.max_body_mb * 1024 * 1024
    # Read beside Django's own buffer, whose limit is that of forms.
    content = call.request.read(limit + 1)
    if len(content) > limit:
        raise PayloadTooLarge(limit_mb=settings.max_body_mb, limit_rows=settings.max_rows)
    return push(
        call.actor,
        call.path["source"],
        content,
        media_type=(call.request.content_type or "").lower(),
        key=call.request.headers.get(KEY_HEADER, "").strip()[:_LONGEST_KEY],
        home=call.home,
        clock=call.clock,
    )


OPERATIONS: Final = (
    Operation(
        name="push_rows",
        method="POST",
        path="/push/{source}",
        zh="向数据源推送数据，取得回执",
        en="Push rows to a source, for a receipt",
        answer=PushReceipt,
        run=_push,
        status=202,
        takes=tuple(FORMATS),
        headers=(
            (
                KEY_HEADER,
                (
                    "推送编号，每次推送不同；没有收到回执时用同一编号重推，不会重复入库。 "
                    "The push's own key: sent again under it, nothing is taken in twice."
                ),
            ),
        ),
    ),
)
