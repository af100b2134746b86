"""An SFTP server on loopback in this process (paramiko's own), over a folder; read only."""

import base64
import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko

PASSWORD = "合成口令-7"  # of a server that lives for a test


class _Door(paramiko.ServerInterface):
    def __init__(self, admitted: paramiko.PKey | None) -> None:
        self._admitted = admitted

    def check_auth_password(self, username: str, password: str) -> int:
        known = (username, password) == ("reader", PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = (
            username == "reader" and self._admitted is not None and key.asbytes() == self._admitted.asbytes()
        )
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        del kind, chanid
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        del username
        return "password,publickey"


class _Files(paramiko.SFTPServerInterface):
    root: Path

    def __init__(self, server: paramiko.ServerInterface, *_: Any, root: Path, **__: Any) -> None:
        super().__init__(server)
        self.root = root

    def _real(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            found = list(self._real(path).iterdir())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        return [paramiko.SFTPAttributes.from_stat(one.stat(), one.name) for one in found]

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        del flags, attr
        real = self._real(path)
        if not os.access(real, os.R_OK) or real.suffix == ".forbidden":
            return paramiko.SFTP_PERMISSION_DENIED if real.exists() else paramiko.SFTP_NO_SUCH_FILE
        handle = paramiko.SFTPHandle(os.O_RDONLY)
        handle.readfile = real.open("rb")  # type: ignore[attr-defined]
        return handle


@dataclass(frozen=True, slots=True)
class SftpServer:
    port: int
    fingerprint: str

    def options(self, **options: Any) -> dict[str, Any]:
        known = {"host": "127.0.0.1", "port": str(self.port), "user": "reader", "password": PASSWORD}
        return {**known, "fingerprint": self.fingerprint, **options}


@contextmanager
def sftp_server(root: Path, *, admitted: paramiko.PKey | None = None) -> Iterator[SftpServer]:
    key = paramiko.ECDSAKey.generate(bits=256)
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    listener = socket.create_server(("127.0.0.1", 0))
    open_ones: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(client)
            open_ones.append(transport)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, root=root)
            try:
                transport.start_server(event=threading.Event(), server=_Door(admitted))
            except (paramiko.SSHException, EOFError):
                transport.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield SftpServer(listener.getsockname()[1], f"SHA256:{digest}")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for transport in open_ones:
            transport.close()
        thread.join(10)
