"""E-mail over SMTP (RFC 5321): encrypted as the channel says, to the address that was checked."""

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

from jutong.dataflow.messaging.channels import Message, Outlet
from jutong.dataflow.messaging.errors import (
    MailLoginRefused,
    MailNotEncrypted,
    OutletInvalid,
    ReceiverBusy,
    ReceiverUnreachable,
    RecipientsRefused,
)


def send_mail(outlet: Outlet, message: Message, *, host: str, ip: str, port: int, timeout_s: float) -> None:
    """Raises as `send` does."""
    post, place = outlet.post, f"{host}:{port}"
    if outlet.secret and post.security == "none":
        raise OutletInvalid(
            reason_zh="不加密的连接上不能发送口令", reason_en="a password may not be sent unencrypted"
        )
    try:
        with _session(host, ip, port, post.security, timeout_s) as session:
            if post.security == "starttls":
                session.starttls(context=ssl.create_default_context())
            if post.user:
                session.login(post.user, outlet.secret)
            session.send_message(_mail(outlet, message), to_addrs=list(post.recipients))
    except smtplib.SMTPAuthenticationError:
        raise MailLoginRefused(place=place) from None
    except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
        raise MailNotEncrypted(place=place, reason=type(error).__name__) from error
    except smtplib.SMTPRecipientsRefused as error:
        status = next(iter(error.recipients.values()))[0]
        raise _refused(place, status) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(place, error.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        raise ReceiverUnreachable(place=place, reason=type(error).__name__) from error


def _refused(place: str, status: int) -> ReceiverBusy | RecipientsRefused:
    """4xx is for a while, 5xx for good (RFC 5321 §4.2.1)."""
    if status < 500:
        return ReceiverBusy(place=place, status=status)
    return RecipientsRefused(place=place, status=status)


def _session(host: str, ip: str, port: int, security: str, timeout_s: float) -> smtplib.SMTP:
    kind = _TlsSession if security == "tls" else _Session
    session = kind(ip, timeout_s)
    session.connect(host, port)
    return session


class _Session(smtplib.SMTP):
    """Connects to the IP address that was checked; certificates are compared with the host's name."""

    def __init__(self, ip: str, timeout_s: float) -> None:
        self._ip = ip
        super().__init__(timeout=timeout_s)

    def connect(
        self, host: str = "localhost", port: int = 0, source_address: Any = None
    ) -> tuple[int, bytes]:
        self._host = host  # what starttls compares the certificate with
        return super().connect(host, port, source_address)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        return socket.create_connection((self._ip, port), timeout)


class _TlsSession(_Session):
    """Encrypted from the first byte (RFC 8314)."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _mail(outlet: Outlet, message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = outlet.post.sender
    mail["To"] = ", ".join(outlet.post.recipients)
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = f"<{message.id}@jutong>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail
