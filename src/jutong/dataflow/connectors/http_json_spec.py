"""What the kind `http_json` says of itself: its options as forms, commands and the manual show them."""

from typing import Final

from jutong.dataflow.connectors.http_json_options import PRESETS, Signing, Style
from jutong.dataflow.connectors.kinds import KindSpec, Place
from jutong.dataflow.connectors.protocol import Capability, OptionSpec
from jutong.vocabulary.catalogue import FormatClass

_ASKED: Final = (
    OptionSpec(
        name="url",
        zh="接口地址",
        en="Address",
        required=True,
        hint_zh="以 http:// 或 https:// 开头；内网地址也可以。",
        hint_en="Starts with http:// or https://; private networks are fine.",
    ),
    OptionSpec(
        name="preset",
        zh="平台约定",
        en="Convention",
        choices=("", *PRESETS),
        hint_zh="按该平台的约定填好翻页、签名和状态码；下面另填的优先。",
        hint_en="Sets paging, signing and codes as that portal has them; what is given below comes first.",
    ),
    OptionSpec(name="method", zh="请求方法", en="Method", choices=("", "GET", "POST")),
    OptionSpec(
        name="parameters",
        zh="固定参数",
        en="Fixed parameters",
        hint_zh="如 year=2024&area=01；POST 时放进 JSON 请求体。凭据不要写在这里。",
        hint_en="Such as year=2024&area=01, in the JSON body of a POST. No secret belongs here.",
    ),
    OptionSpec(
        name="records",
        zh="记录路径",
        en="Path of the records",
        hint_zh="如 data.rows；不填自动查找最长的记录列表。",
        hint_en="Such as data.rows; without it the longest list of records.",
    ),
    OptionSpec(
        name="columns",
        zh="补充字段",
        en="More columns",
        hint_zh="首页记录没有、以后可能出现的字段，用逗号分开。",
        hint_en="Fields that the first page's records may lack, separated by commas.",
    ),
    OptionSpec(
        name="unique",
        zh="唯一字段",
        en="Unique field",
        hint_zh="每条记录都不同的字段，用来发现重复或重叠的页。",
        hint_en="A field that differs in every record: by it repeated and overlapping pages are found.",
    ),
)
_PAGED: Final = (
    OptionSpec(
        name="paging",
        zh="翻页方式",
        en="Paging",
        choices=("", *Style),
        hint_zh="page 按页码，offset 按起始条数，cursor 按游标，next 按下一页地址，none 不翻页。",
        hint_en="By page number, by offset, by cursor, by the next address, or none.",
    ),
    OptionSpec(
        name="position_parameter",
        zh="页码或起始条数参数名",
        en="Parameter of the position",
        hint_zh="如 pageNum、STARTNUM、offset、cursor。",
        hint_en="Such as pageNum, STARTNUM, offset, cursor.",
    ),
    OptionSpec(
        name="size_parameter",
        zh="每页条数参数名",
        en="Parameter of the size",
        hint_zh="如 pageSize、PAGENUM、limit。",
        hint_en="Such as pageSize, PAGENUM, limit.",
    ),
    OptionSpec(
        name="page_size", zh="每页条数", en="Page size", hint_zh="默认 500。", hint_en="500 by default."
    ),
    OptionSpec(
        name="first_position",
        zh="第一页的值",
        en="First position",
        choices=("", "0", "1"),
        hint_zh="页码默认从 1 开始，起始条数默认从 0 开始。",
        hint_en="Pages start at 1, offsets at 0, where it is not given.",
    ),
    OptionSpec(
        name="next_path",
        zh="游标或下一页地址的路径",
        en="Path of the next cursor or address",
        hint_zh="如 data.next。",
        hint_en="Such as data.next.",
    ),
    OptionSpec(
        name="total",
        zh="总条数路径",
        en="Path of the total",
        hint_zh="如 data.total；读到的条数与它不同就不入库。",
        hint_en="Such as data.total; nothing lands if another number of records was read.",
    ),
    OptionSpec(
        name="total_url",
        zh="总条数接口地址",
        en="Address of the total",
        hint_zh="总条数由另一个接口给出的，填其地址（同一主机）。",
        hint_en="Where another interface of the same host gives the total.",
    ),
    OptionSpec(
        name="code", zh="状态码路径", en="Path of the code", hint_zh="如 code。", hint_en="Such as code."
    ),
    OptionSpec(
        name="code_ok",
        zh="成功的状态码",
        en="Codes of success",
        hint_zh="如 200，多个用逗号分开；其他值按出错处理。",
        hint_en="Such as 200, separated by commas; any other value is an error.",
    ),
)
_SIGNED: Final = (
    OptionSpec(
        name="signing",
        zh="签名方式",
        en="Signing",
        choices=("", *Signing),
        hint_zh="header 固定请求头，query 地址参数，hmac 为 X-Client-Id、X-Signature 等请求头。",
        hint_en="A fixed header, a parameter of the address, or the headers X-Client-Id, X-Signature and so on.",
    ),
    OptionSpec(
        name="key_name",
        zh="凭据的请求头或参数名",
        en="Name of the header or parameter",
        hint_zh="如 token、appsecret。",
        hint_en="Such as token, appsecret.",
    ),
    OptionSpec(name="client_id", zh="客户端标识", en="Client id"),
    OptionSpec(
        name="secret",
        zh="凭据",
        en="Secret",
        secret=True,
        hint_zh="token、appsecret 或 ClientSecret；加密保存，不再显示。",
        hint_en="The token, appsecret or ClientSecret; kept encrypted and never shown again.",
    ),
)
_INCREMENTAL: Final = (
    OptionSpec(
        name="since_parameter",
        zh="增量参数名",
        en="Parameter of changes since",
        hint_zh="只返回此后更新的记录的参数；填了才能按游标增量归集。",
        hint_en="Makes the interface give what has changed since; incremental collection needs it.",
    ),
    OptionSpec(
        name="since_column",
        zh="更新时间字段",
        en="Column of the change",
        hint_zh="增量参数所比较的字段，如 S_LAST_UPDATETIME。",
        hint_en="What that parameter is compared with, such as S_LAST_UPDATETIME.",
    ),
    OptionSpec(
        name="newest_first",
        zh="最新在前的参数",
        en="Parameters of newest first",
        hint_zh="让接口按更新时间倒序返回的参数，如 sort=S_LAST_UPDATETIME&order=desc。",
        hint_en="What makes the interface sort by that column, newest first.",
    ),
    OptionSpec(
        name="per_minute",
        zh="每分钟请求数",
        en="Requests a minute",
        hint_zh="不填不限。",
        hint_en="Unlimited where it is not given.",
    ),
    OptionSpec(name="retries", zh="重试次数", en="Retries", hint_zh="默认 4。", hint_en="4 by default."),
)

SPEC: Final = KindSpec(
    kind="http_json",
    zh="JSON 接口（HTTP）",
    en="JSON interface (HTTP)",
    place=Place.SERVER,
    options=(*_ASKED, *_PAGED, *_SIGNED, *_INCREMENTAL),
    capabilities=frozenset({Capability.SNAPSHOT, Capability.REMOTE, Capability.CURSOR}),
    format_class=FormatClass.SELF_DESCRIBED,
    format="json",
    tested_zh="按各城市平台公布的约定搭建的本机服务，未连过真实平台",
    tested_en="Servers of our own that keep the conventions which cities' portals publish; no real portal.",
)
