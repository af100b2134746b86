"""What can go wrong between us and another platform's catalogue."""

from jutong.kernel.errors import ErrorKind, JutongError


class AddressNotAllowed(JutongError):
    code = "catalogues.address_not_allowed"
    kind = ErrorKind.FORBIDDEN
    zh = "地址 {address} 不允许访问：{reason_zh}。内网平台请由管理员把其网段加入 JUTONG_HARVEST_ALLOWED_NETWORKS。"
    en = (
        "The address {address} may not be fetched: {reason_en}. For a platform on a private network, have its "
        "network added to JUTONG_HARVEST_ALLOWED_NETWORKS."
    )


class CatalogueUnreachable(JutongError):
    code = "catalogues.unreachable"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "外部目录 {address} 无法访问：{reason_zh}。请稍后重试，或联系对方平台。"
    en = "The catalogue {address} cannot be reached: {reason_en}. Try again later, or ask its platform."


class CatalogueRefused(JutongError):
    code = "catalogues.refused"
    kind = ErrorKind.CONFLICT
    zh = "外部目录 {address} 返回状态 {status}。请核对地址和访问权限。"
    en = "The catalogue {address} answered with status {status}. Check the address and your right to read it."


class CatalogueTooLarge(JutongError):
    code = "catalogues.too_large"
    zh = "外部目录的一页超过 {limit_mb} MB。请让对方分页提供，或调大 JUTONG_HARVEST_PAGE_MB。"
    en = "A page of the catalogue is larger than {limit_mb} MB. Have it paged, or raise JUTONG_HARVEST_PAGE_MB."


class CatalogueUnreadable(JutongError):
    code = "catalogues.unreadable"
    zh = "外部目录 {address} 的内容无法解析：{reason_zh}。请核对采集类型和地址，或请对方修正。"
    en = "The catalogue {address} cannot be parsed: {reason_en}. Check kind and address, or ask its platform to mend it."
