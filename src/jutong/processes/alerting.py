"""Alerts are looked for and sent in a thread of their own, so that a slow receiver never holds up a delivery."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from django.db import close_old_connections

from jutong.control.alerts import api as alerts
from jutong.control.alerts.api import DeliveryStatus, DeliveryView
from jutong.control.collection import api as collection
from jutong.control.collection.api import Trouble, TroubleKind
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.messaging import Message, MessagingSettings, Outlet, send
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.errors import JobFailed

LOOK_EVERY_S: Final = 15.0
SILENT_AFTER_S: Final = 120.0
HEARTBEAT: Final = "worker.heartbeat"

log = logging.getLogger("jutong.worker")


def look_and_send(home: DataHome, *, clock: Clock, settings: MessagingSettings) -> tuple[int, int]:
    """Write the messages that are due, and send those whose time has come; how many arrived, and how many did not."""
    now = clock.now()
    found = (*collection.troubles(now), *_silence(home, now))
    alerts.observe(SYSTEM_ACTOR, found, clock=clock)
    outcomes = [
        _deliver(delivery, home=home, clock=clock, settings=settings)
        for delivery in alerts.due_deliveries(SYSTEM_ACTOR, clock=clock)
    ]
    sent = sum(outcome is DeliveryStatus.SENT for outcome in outcomes)
    return sent, len(outcomes) - sent


def _deliver(
    delivery: DeliveryView, *, home: DataHome, clock: Clock, settings: MessagingSettings
) -> DeliveryStatus:
    try:
        channel = alerts.channel_of(SYSTEM_ACTOR, delivery.delivery_id, home=home)
        outlet = Outlet.of(channel.kind, channel.address, channel.options, channel.secret)
        send(outlet, message_of(delivery), settings=settings)
    except JutongError as error:
        return alerts.record_delivery(
            SYSTEM_ACTOR,
            delivery.delivery_id,
            clock=clock,
            error_code=error.code,
            detail=error.detail,
            retryable=error.retryable,
        )
    except Exception as error:  # noqa: BLE001  # a fault of ours with one channel must not silence the others
        fault = JobFailed(fault=type(error).__name__)
        return alerts.record_delivery(
            SYSTEM_ACTOR, delivery.delivery_id, clock=clock, error_code=fault.code, detail=fault.detail
        )
    return alerts.record_delivery(SYSTEM_ACTOR, delivery.delivery_id, clock=clock)


def message_of(delivery: DeliveryView) -> Message:
    return Message(
        id=delivery.delivery_id, subject=delivery.subject, text=delivery.text, payload=delivery.payload
    )


def _silence(home: DataHome, now: datetime) -> tuple[Trouble, ...]:
    """Whether the worker has given no sign of life for two minutes; one that was stopped is not silent."""
    heartbeat = home.logs / HEARTBEAT
    try:
        last = heartbeat.stat().st_mtime
    except FileNotFoundError:
        return ()
    if time.time() - last < SILENT_AFTER_S:
        return ()
    since = min(datetime.fromtimestamp(last, UTC), now)
    return (Trouble(kind=TroubleKind.WORKER_SILENT, since=since),)


@contextmanager
def alerting(home: DataHome, *, clock: Clock) -> Iterator[None]:
    """Look for troubles and send messages beside the block, until it ends."""
    settings = MessagingSettings.read(os.environ)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            try:
                close_old_connections()
                look_and_send(home, clock=clock, settings=settings)
            except Exception as error:  # noqa: BLE001  # whatever it was, the next look may succeed
                log.error("a look for alerts failed: %s", type(error).__name__)  # noqa: TRY400
            finally:
                close_old_connections()
            stop.wait(LOOK_EVERY_S)

    thread = threading.Thread(target=work, name="alerts", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=2 * settings.timeout_s)
