"""One message to one channel, within a time limit, to an address that was checked."""

import json
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final

import urllib3
from urllib3.exceptions import HTTPError

from jutong.dataflow.catalogues.errors import AddressNotAllowed, CatalogueUnreachable
from jutong.dataflow.catalogues.guard import AddressGuard, Target
from jutong.dataflow.fetching.connections import connection_to, ended_after, host_header
from jutong.dataflow.messaging.channels import ChannelKind, Message, Outlet
from jutong.dataflow.messaging.errors import (
    ReceiverBusy,
    ReceiverNotAllowed,
    ReceiverRefused,
    ReceiverUnreachable,
)
from jutong.dataflow.messaging.mail import send_mail
from jutong.dataflow.messaging.settings import MessagingSettings
from jutong.dataflow.messaging.signing import DELIVERY, SIGNATURE, TIMESTAMP, dingtalk_query, signature

ANSWER_BYTES: Final = 64 * 1024
# What the robots take at most, in bytes and letters; the rest is on the page.
ROBOT_LETTERS: Final = 600


def send(outlet: Outlet, message: Message, *, settings: MessagingSettings) -> None:
    """Hand `message` over; returns when the receiver has taken it.

    Raises:
        ReceiverUnreachable, ReceiverBusy: trying again may help.
        ReceiverNotAllowed, ReceiverRefused, MailLoginRefused, MailNotEncrypted, RecipientsRefused: it will not.
    """
    guard = AddressGuard.parse(settings.allowed_networks)
    if outlet.kind is ChannelKind.EMAIL:
        target = checked(guard, f"http://{outlet.address}")
        send_mail(
            outlet, message, host=target.host, ip=target.ip, port=target.port, timeout_s=settings.timeout_s
        )
        return
    body, headers, address = _request(outlet, message)
    answer = _post(checked(guard, address), body, headers, settings.timeout_s)
    if outlet.kind is not ChannelKind.WEBHOOK:
        _check_robot(outlet, answer)


def checked(guard: AddressGuard, address: str) -> Target:
    """Raises `ReceiverNotAllowed` or `ReceiverUnreachable`; the address's path is a robot's secret, so it is not said."""
    try:
        return guard.target(address)
    except AddressNotAllowed as error:
        raise ReceiverNotAllowed(
            place=host_of(address), reason_zh=error.detail["reason_zh"], reason_en=error.detail["reason_en"]
        ) from None
    except CatalogueUnreachable as error:
        raise ReceiverUnreachable(place=host_of(address), reason=error.detail["reason_en"]) from None


def host_of(address: str) -> str:
    """The host and port of an address, as far as there is one."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2][:120] or address[:40]


def _request(outlet: Outlet, message: Message) -> tuple[bytes, dict[str, str], str]:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Jutong-alerts"}
    now, address = time.time(), outlet.address
    if outlet.kind is ChannelKind.WEBHOOK:
        content: Mapping[str, Any] = {
            "id": message.id,
            "subject": message.subject,
            "text": message.text,
            **message.payload,
        }
        body = json.dumps(content, ensure_ascii=False, default=str).encode()
        headers |= {DELIVERY: message.id, TIMESTAMP: str(int(now))}
        if outlet.secret:
            headers[SIGNATURE] = signature(outlet.secret, outlet.digest, timestamp=int(now), body=body)
        return body, headers, address
    if outlet.kind is ChannelKind.DINGTALK and outlet.secret:
        query = dingtalk_query(outlet.secret, milliseconds=int(now * 1000))
        address += ("&" if "?" in address else "?") + query
    text = f"{message.subject}\n{message.text}"
    if len(text) > ROBOT_LETTERS:
        text = text[:ROBOT_LETTERS] + "…"
    body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()
    return body, headers, address


def _post(target: Target, body: bytes, headers: Mapping[str, str], timeout_s: float) -> bytes:
    connection = connection_to(target, timeout_s)
    place = f"{target.host}:{target.port}"
    try:
        with ended_after(connection, timeout_s):
            connection.request(
                "POST",
                target.path,
                body=body,
                headers={**headers, "Host": host_header(target)},
                preload_content=False,
            )
            return _taken(connection.getresponse(), place)
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        raise ReceiverUnreachable(place=place, reason=type(error).__name__) from error
    finally:
        connection.close()


def _taken(response: urllib3.BaseHTTPResponse, place: str) -> bytes:
    # A redirect is not followed: what was signed for one receiver is not shown to another.
    if response.status == 429 or response.status >= 500:
        raise ReceiverBusy(place=place, status=response.status)
    if not 200 <= response.status < 300:
        raise ReceiverRefused(place=place, status=response.status)
    return response.read(ANSWER_BYTES, decode_content=True)


def _check_robot(outlet: Outlet, answer: bytes) -> None:
    """The robots answer 200 with a code of their own."""
    try:
        code = int(json.loads(answer)["errcode"])
    except (ValueError, KeyError, TypeError):
        raise ReceiverRefused(place=host_of(outlet.address), status="no errcode") from None
    if code == -1:  # both robots: busy
        raise ReceiverBusy(place=host_of(outlet.address), status=f"errcode {code}")
    if code != 0:
        raise ReceiverRefused(place=host_of(outlet.address), status=f"errcode {code}")
