"""Daily files in a bucket of S3-compatible storage (MinIO, the object storage of government clouds)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3

from jutong.dataflow.connectors.dated_files import DatedFile, ListedFile
from jutong.dataflow.connectors.errors import DriverMissing, FileMissing, OptionInvalid
from jutong.dataflow.connectors.fetched_files import TRANSFER_TIMEOUT_S, copy_whole, fetch
from jutong.dataflow.connectors.kinds import KindSpec, Place
from jutong.dataflow.connectors.options import flag_option, text_option
from jutong.dataflow.connectors.place_errors import (
    FileChanging,
    PlaceFolderMissing,
    PlaceForbidden,
    PlaceSignInRefused,
    PlaceUnreachable,
)
from jutong.dataflow.connectors.placed_files import FILE_OPTIONS, PATTERN, DailyFiles, LocalFile
from jutong.dataflow.connectors.protocol import Capability, OptionSpec
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_SIGN_IN: Final = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed"})


class S3Connector(DailyFiles):
    """The objects below a prefix of a bucket; an object appears whole, so none has to rest."""

    kind = "s3"
    capabilities = frozenset({Capability.SNAPSHOT, Capability.REMOTE})
    spec = KindSpec(
        kind=kind,
        zh="S3 兼容对象存储",
        en="S3-compatible storage",
        place=Place.SERVER,
        options=(
            OptionSpec(
                name="endpoint",
                zh="服务地址",
                en="Endpoint",
                required=True,
                hint_zh="如 https://oss.example.gov.cn:9000；http:// 不加密，只用于政务内网。",
                hint_en="Such as https://oss.example.gov.cn:9000; http:// is not encrypted.",
            ),
            OptionSpec(name="bucket", zh="存储桶", en="Bucket", required=True),
            OptionSpec(
                name="prefix",
                zh="前缀",
                en="Prefix",
                hint_zh="文件夹，如 trade/；不填为存储桶的最上层。",
                hint_en="A folder such as trade/; empty: the bucket's top.",
            ),
            PATTERN,
            OptionSpec(
                name="access_key",
                zh="访问密钥编号",
                en="Access key",
                required=True,
                hint_zh="请使用只读密钥。",
                hint_en="Use a key that may only read.",
            ),
            OptionSpec(
                name="secret_key",
                zh="访问密钥",
                en="Secret key",
                required=True,
                secret=True,
                hint_zh="加密保存，不再显示。",
                hint_en="Kept encrypted and never shown again.",
            ),
            OptionSpec(name="region", zh="区域", en="Region", default="us-east-1"),
            OptionSpec(
                name="path_style",
                zh="存储桶写在路径里",
                en="Bucket in the path",
                default="yes",
                choices=("yes", "no"),
                hint_zh="no 为写在域名里（桶名.域名）。",
                hint_en="no: in the host's name (bucket.host).",
            ),
            *FILE_OPTIONS,
        ),
        capabilities=capabilities,
        format_class=FormatClass.SPREADSHEET,
        format="csv",
        tested_zh="自制的小型 S3 服务（核对 SigV4 签名）；未在真实的 MinIO 或云上试过",
        tested_en="A small server of our own that verifies SigV4; not tried on a real MinIO or a cloud.",
        extra="s3",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        super().__init__(_Bucket(options, root, limits), options, limits=limits, quiet_s=0)


class _Bucket:
    def __init__(self, options: Mapping[str, Any], root: Path, limits: ReadLimits) -> None:
        self._bucket = text_option(options, "bucket")
        prefix = text_option(options, "prefix").lstrip("/")
        self._prefix = f"{prefix.rstrip('/')}/" if prefix else ""
        self._root, self._limits = root, limits
        self._client = _client(options, limits)
        self._place = urlsplit(text_option(options, "endpoint")).netloc

    def listed(self) -> Iterator[ListedFile]:
        with self._told(self._bucket):
            for one in self._client.list_objects(self._bucket, prefix=self._prefix):
                name = (one.object_name or "").removeprefix(self._prefix)
                if one.is_dir or not name or "/" in name or "\\" in name:
                    continue
                changed = one.last_modified.timestamp() if one.last_modified else 0.0
                yield ListedFile(
                    name=name, size=one.size or 0, changed=changed, mark=f"{one.size}:{one.etag or changed}"
                )

    def fetched(self, file: DatedFile) -> LocalFile:
        return fetch(self, file, lambda target: self._copy(file, target), root=self._root)

    def _copy(self, file: DatedFile, target: Path) -> None:
        with self._told(file.name):
            answer = self._client.get_object(self._bucket, self._prefix + file.name)
            try:
                etag = answer.headers.get("ETag", "").strip('"')
                if etag and not file.mark.endswith(f":{etag}"):
                    raise FileChanging(name=file.name)
                copy_whole(answer, target, file, self._limits)
            finally:
                answer.close()
                answer.release_conn()

    def require_unchanged(self, file: DatedFile) -> None:
        """What is read is a copy."""

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        from minio.error import InvalidResponseError, S3Error, ServerError

        try:
            yield
        except S3Error as error:
            if error.code in _SIGN_IN:
                raise PlaceSignInRefused(place=self._place) from error
            if error.code == "NoSuchBucket":
                raise PlaceFolderMissing(place=self._place, name=self._bucket) from error
            if error.code == "NoSuchKey":
                raise FileMissing(name=name) from error
            if error.code == "AccessDenied":
                raise PlaceForbidden(place=self._place, name=name) from error
            raise PlaceUnreachable(place=self._place) from error
        except (InvalidResponseError, ServerError, urllib3.exceptions.HTTPError, OSError) as error:
            raise PlaceUnreachable(place=self._place) from error


def _client(options: Mapping[str, Any], limits: ReadLimits) -> Any:
    """Raises `DriverMissing` or `OptionInvalid`."""
    try:
        import minio
    except ImportError as error:
        raise DriverMissing(kind_zh=" S3 对象存储", kind_en="S3 storage", extra="s3") from error
    endpoint = urlsplit(text_option(options, "endpoint"))
    if endpoint.scheme not in {"http", "https"} or not endpoint.netloc or endpoint.path.strip("/"):
        raise OptionInvalid(
            option="endpoint",
            reason_zh="应为 https://主机:端口，后面不带路径",
            reason_en="it must be https://host:port without a path",
        )
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=limits.connect_timeout_s, read=TRANSFER_TIMEOUT_S),
        retries=urllib3.Retry(total=2, backoff_factor=0.2, redirect=0),
    )
    try:
        client: Any = minio.Minio(
            endpoint=endpoint.netloc,
            access_key=text_option(options, "access_key"),
            secret_key=text_option(options, "secret_key"),
            secure=endpoint.scheme == "https",
            region=text_option(options, "region") or "us-east-1",
            http_client=pool,
        )
        minio.helpers.check_bucket_name(text_option(options, "bucket"))
    except ValueError as error:
        raise OptionInvalid(
            option="bucket", reason_zh="名称或地址不合规定", reason_en="a name or address is not valid"
        ) from error
    if flag_option(options, "path_style") is False:
        client.enable_virtual_style_endpoint()
    else:
        client.disable_virtual_style_endpoint()
    return client
