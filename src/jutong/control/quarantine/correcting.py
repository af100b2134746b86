"""Refused rows leave for correction and come back: each opening is audited, each file kept sealed until it is read."""

from typing import Final

from django.db import transaction

from jutong.control.catalogue.api import contract_of, entry_id
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.control.quarantine.errors import CorrectionTooLarge
from jutong.control.quarantine.models import Correction
from jutong.control.quarantine.reading import correction_view, find_correction
from jutong.control.quarantine.terms import CorrectionState
from jutong.control.quarantine.values import CorrectionView
from jutong.kernel.clock import Clock
from jutong.kernel.crypto import provider
from jutong.kernel.crypto.keys import platform_key
from jutong.kernel.home import PRIVATE, DataHome
from jutong.kernel.ids import new_id
from jutong.vocabulary.collection import ReadmitReport

QUARANTINE_KEY: Final = "quarantine"
LIMIT_BYTES: Final = 50 * 1024 * 1024


def open_rows(actor: Actor, service: str, *, rows: int, reason: str = "", clock: Clock) -> None:
    """Before the content of refused rows is shown to `actor`: the permission, and the line in the trail."""
    _record_opening(actor, AuditAction.QUARANTINE_OPEN, service, rows, reason, clock)


def export_rows(actor: Actor, service: str, *, rows: int, reason: str = "", clock: Clock) -> None:
    """As `open_rows`, before they leave as a file."""
    _record_opening(actor, AuditAction.QUARANTINE_EXPORT, service, rows, reason, clock)


def _record_opening(
    actor: Actor, action: AuditAction, service: str, rows: int, reason: str, clock: Clock
) -> None:
    contract = contract_of(service)
    require(actor, Permission.QUARANTINE_CORRECT, contract.provider)
    record(
        actor,
        action,
        at=clock.now(),
        object_type="quarantine",
        object_id=service,
        department=contract.provider,
        detail={"rows": rows, "reason": reason},
    )


def receive_correction(
    actor: Actor, service: str, file_name: str, content: bytes, *, home: DataHome, clock: Clock
) -> CorrectionView:
    """Keep an uploaded file of corrected rows, sealed; a worker reads it and admits what is right.

    Raises:
        EntryNotFound: the entry is not published, or withdrawn.
        CorrectionTooLarge: the file is larger than 50 MB.
    """
    contract = contract_of(service)
    require(actor, Permission.QUARANTINE_CORRECT, contract.provider)
    if len(content) > LIMIT_BYTES:
        raise CorrectionTooLarge(limit_mb=LIMIT_BYTES // (1024 * 1024))
    code, now = new_id("fix"), clock.now()
    home.corrections.mkdir(exist_ok=True, parents=True, mode=PRIVATE)
    sealed = provider("gm").seal(platform_key(home, QUARANTINE_KEY), content, code.encode())
    (home.corrections / code).write_bytes(sealed)
    with transaction.atomic():
        row = Correction.objects.create(
            code=code,
            entry_id=entry_id(service),
            file_name=file_name[-200:],
            state=CorrectionState.RECEIVED.value,
            received_at=now,
            received_by_name=actor.display_name,
        )
        record(
            actor,
            AuditAction.QUARANTINE_READMIT,
            at=now,
            object_type="quarantine",
            object_id=service,
            department=contract.provider,
            detail={"correction": code, "bytes": len(content)},
        )
    return correction_view(row)


def waiting_corrections(actor: Actor) -> tuple[str, ...]:
    """Codes of the files that a worker has not read yet, the oldest first."""
    require(actor, Permission.QUARANTINE_KEEP)
    rows = Correction.objects.filter(state=CorrectionState.RECEIVED.value).order_by("pk")
    return tuple(rows.values_list("code", flat=True))


def correction(actor: Actor, code: str) -> CorrectionView:
    """One file of corrections.

    Raises:
        CorrectionNotFound: there is none.
    """
    row = find_correction(code)
    require(actor, Permission.QUARANTINE_READ, row.entry.provider.code)
    return correction_view(row)


def correction_content(actor: Actor, code: str, *, home: DataHome) -> bytes:
    """The uploaded file, opened: for the worker that admits its rows.

    Raises:
        SealBroken: it was changed, or sealed with another key.
    """
    require(actor, Permission.QUARANTINE_KEEP)
    find_correction(code)
    sealed = (home.corrections / code).read_bytes()
    return provider("gm").open(platform_key(home, QUARANTINE_KEY), sealed, code.encode())


def end_correction(
    actor: Actor, code: str, report: ReadmitReport, *, home: DataHome, clock: Clock
) -> CorrectionView:
    """What became of the file; its content is removed: the rows are in the pool or still in quarantine."""
    require(actor, Permission.QUARANTINE_KEEP)
    row = find_correction(code)
    state = CorrectionState.FAILED if report.error_code else CorrectionState.DONE
    if row.state == CorrectionState.RECEIVED.value:
        row.state, row.ended_at, row.report = state.value, clock.now(), report.to_json()
        row.save(update_fields=["state", "ended_at", "report"])
    (home.corrections / code).unlink(missing_ok=True)
    return correction_view(row)
