"""Daily files on an SFTP server, whose host key must be the one that the source names."""

import base64
import hashlib
import io
import socket
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final

from jutong.dataflow.connectors.dated_files import DatedFile, ListedFile
from jutong.dataflow.connectors.errors import DriverMissing, FileMissing, OptionInvalid
from jutong.dataflow.connectors.fetched_files import TRANSFER_TIMEOUT_S, copy_whole, fetch
from jutong.dataflow.connectors.kinds import HOST, USER, KindSpec, Place, port
from jutong.dataflow.connectors.options import number_option, text_option
from jutong.dataflow.connectors.place_errors import (
    FileChanging,
    HostKeyDiffers,
    PlaceFolderMissing,
    PlaceForbidden,
    PlaceSignInRefused,
    PlaceUnreachable,
)
from jutong.dataflow.connectors.placed_files import FILE_OPTIONS, PATTERN, QUIET, DailyFiles, LocalFile
from jutong.dataflow.connectors.protocol import Capability, OptionSpec
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_KEYS: Final = ("Ed25519Key", "ECDSAKey", "RSAKey")


class SftpConnector(DailyFiles):
    """The files of a folder on an SFTP server."""

    kind = "sftp"
    capabilities = frozenset({Capability.SNAPSHOT, Capability.REMOTE})
    spec = KindSpec(
        kind=kind,
        zh="SFTP 文件服务器",
        en="SFTP server",
        place=Place.SERVER,
        options=(
            HOST,
            port(22),
            USER,
            OptionSpec(
                name="password",
                zh="口令",
                en="Password",
                required=True,
                secret=True,
                unless="private_key",
                hint_zh="加密保存，不再显示。填写了私钥的，这里填私钥的口令，没有则不填。",
                hint_en="Kept encrypted and never shown again. With a private key: its passphrase, if it has one.",
            ),
            OptionSpec(
                name="private_key",
                zh="私钥",
                en="Private key",
                secret=True,
                multiline=True,
                hint_zh="OpenSSH 或 PEM 格式（Ed25519、ECDSA、RSA），加密保存，不再显示。",
                hint_en="In OpenSSH or PEM form (Ed25519, ECDSA, RSA). Kept encrypted and never shown again.",
            ),
            OptionSpec(
                name="fingerprint",
                zh="主机密钥指纹",
                en="Fingerprint of the host key",
                required=True,
                hint_zh="如 SHA256:…，请向服务器管理员索取；与服务器出示的不同就不连接。",
                hint_en="SHA256:…, from the server's administrator; another one at the server ends the connection.",
            ),
            OptionSpec(
                name="path",
                zh="文件夹",
                en="Folder",
                default=".",
                hint_zh="服务器上的文件夹。",
                hint_en="The folder on the server.",
            ),
            PATTERN,
            QUIET,
            *FILE_OPTIONS,
        ),
        capabilities=capabilities,
        format_class=FormatClass.SPREADSHEET,
        format="csv",
        tested_zh="本机的 paramiko SFTP 服务（口令和密钥登录）；未在 OpenSSH 上试过",
        tested_en="A paramiko server on this machine (password and key); not tried on OpenSSH.",
        extra="sftp",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        super().__init__(_Server(options, root, limits), options, limits=limits)


class _Server:
    def __init__(self, options: Mapping[str, Any], root: Path, limits: ReadLimits) -> None:
        self._host = text_option(options, "host")
        if not self._host:
            raise OptionInvalid(option="host", reason_zh="不能为空", reason_en="it must not be empty")
        self._port = number_option(options, "port", 22, low=1, high=65_535)
        self._folder = PurePosixPath(text_option(options, "path") or ".")
        self._options, self._root, self._limits = options, root, limits
        self._fingerprint = text_option(options, "fingerprint")
        if not self._fingerprint.startswith("SHA256:"):
            raise OptionInvalid(
                option="fingerprint",
                reason_zh="应以 SHA256: 开头",
                reason_en="it must start with SHA256:",
            )
        self._key = _private_key(options)

    @property
    def _place(self) -> str:
        return f"{self._host}:{self._port}"

    def listed(self) -> Iterator[ListedFile]:
        with self._session() as sftp:
            try:
                entries = sftp.listdir_attr(str(self._folder))
            except FileNotFoundError as error:
                raise PlaceFolderMissing(place=self._place, name=str(self._folder)) from error
            except PermissionError as error:
                raise PlaceForbidden(place=self._place, name=str(self._folder)) from error
        for entry in entries:
            if stat.S_ISREG(entry.st_mode or 0) and "/" not in entry.filename:
                yield _listed(entry.filename, entry)

    def fetched(self, file: DatedFile) -> LocalFile:
        return fetch(self, file, lambda target: self._copy(file, target), root=self._root)

    def _copy(self, file: DatedFile, target: Path) -> None:
        path = str(self._folder / file.name)
        with self._session() as sftp:
            try:
                with sftp.open(path, "rb") as source:
                    source.prefetch(file.size)
                    copy_whole(source, target, file, self._limits)
                if _listed(file.name, sftp.stat(path)).mark != file.mark:
                    raise FileChanging(name=file.name)
            except FileNotFoundError as error:
                raise FileMissing(name=file.name) from error
            except PermissionError as error:
                raise PlaceForbidden(place=self._place, name=file.name) from error

    def require_unchanged(self, file: DatedFile) -> None:
        """What is read is a copy."""

    @contextmanager
    def _session(self) -> Iterator[Any]:
        """An SFTP session that ends with the block; whatever breaks off in it is told as unreachable."""
        paramiko = _paramiko()
        transport = None
        try:
            limit = self._limits.connect_timeout_s
            sock = socket.create_connection((self._host, self._port), timeout=limit)
            transport = paramiko.Transport(sock)
            transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = limit
            transport.start_client(timeout=limit)
            self._require_host_key(transport.get_remote_server_key().asbytes())
            self._sign_in(transport)
            sftp = paramiko.SFTPClient.from_transport(transport)
            sftp.get_channel().settimeout(TRANSFER_TIMEOUT_S)
            yield sftp
        except paramiko.AuthenticationException as error:
            raise PlaceSignInRefused(place=self._place) from error
        except (paramiko.SSHException, EOFError, TimeoutError, ConnectionError, socket.gaierror) as error:
            raise PlaceUnreachable(place=self._place) from error
        finally:
            if transport is not None:
                transport.close()

    def _require_host_key(self, key: bytes) -> None:
        seen = "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
        if seen != self._fingerprint.rstrip("="):
            raise HostKeyDiffers(place=self._place, seen=seen)

    def _sign_in(self, transport: Any) -> None:
        user = text_option(self._options, "user")
        if self._key is not None:
            transport.auth_publickey(user, self._key)
        else:
            transport.auth_password(user, text_option(self._options, "password"))


def _private_key(options: Mapping[str, Any]) -> Any:
    """The private key that the source gives; None for none; raises `OptionInvalid`."""
    text = text_option(options, "private_key")
    if not text:
        return None
    paramiko = _paramiko()
    passphrase = text_option(options, "password") or None
    for name in _KEYS:
        try:
            return getattr(paramiko, name).from_private_key(io.StringIO(text + "\n"), passphrase)
        except (paramiko.SSHException, ValueError, TypeError):
            continue
    raise OptionInvalid(
        option="private_key",
        reason_zh="不是可用的私钥，或口令不对",
        reason_en="it is no private key that can be used, or its passphrase is wrong",
    )


def _listed(name: str, entry: Any) -> ListedFile:
    size, changed = entry.st_size or 0, entry.st_mtime or 0
    return ListedFile(name=name, size=size, changed=changed, mark=f"{size}:{changed}")


def _paramiko() -> Any:
    try:
        import paramiko
    except ImportError as error:
        raise DriverMissing(kind_zh=" SFTP ", kind_en="SFTP", extra="sftp") from error
    return paramiko
