"""What can go wrong where many files lie, each with what to do about it."""

from jutong.dataflow.connectors.errors import ConnectorError, SourceRefused, SourceUnreachable
from jutong.dataflow.connectors.server_errors import RightMissing, SignInRefused
from jutong.kernel.errors import ErrorKind


class PlaceUnreachable(SourceUnreachable):
    code = "connectors.place_unreachable"
    zh = "与文件服务 {place} 的连接中断或没有应答。平台稍后会自动重试；仍不行的，请联系该服务的管理员。"
    en = "The file server {place} broke off or does not answer. It will be tried again; else ask its administrator."


class PlaceSignInRefused(SignInRefused):
    code = "connectors.place_sign_in_refused"
    zh = "文件服务 {place} 不接受这个账号、口令或密钥。请核对后重新填写，并确认该账号允许从本机登录。"
    en = "The file server {place} does not accept this user, password or key. Check them, and that it may sign in from here."


class PlaceForbidden(RightMissing):
    code = "connectors.place_forbidden"
    zh = "账号能登录 {place}，但没有读取“{name}”的权限。请该服务的管理员授予只读权限。"
    en = "The account may not read {name} at {place}. Ask its administrator for the right to read."


class PlaceFolderMissing(ConnectorError):
    code = "connectors.place_folder_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "{place} 上没有文件夹或存储桶“{name}”。请核对数据源中填写的名称。"
    en = "There is no folder or bucket {name} at {place}. Check the name in the source."


class HostKeyDiffers(SourceRefused):
    code = "connectors.host_key_differs"
    zh = (
        "{place} 出示的主机密钥指纹是 {seen}，与数据源中填写的不同，已停止连接，没有发送账号口令。"
        "请向该服务器的管理员核实指纹，核实无误后再改填。"
    )
    en = (
        "{place} shows a host key with the fingerprint {seen}, not the one of the source; nothing was sent. "
        "Ask its administrator which is right before changing the source."
    )


class FileChanging(ConnectorError):
    code = "connectors.file_changing"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "文件“{name}”在读取过程中又被改动，本次没有入库。平台稍后会自动重试；反复出现的，请调大“静置秒数”。"
    en = "The file {name} changed while it was read; nothing landed. It will be tried again; else raise the seconds at rest."
