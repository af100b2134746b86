"""How each meaning shows: in the names that columns have, and in a check that its values pass."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jutong.vocabulary.catalogue import Meaning
from jutong.vocabulary.divisions import was_ever_valid
from jutong.vocabulary.identifiers import KINDS, IdentifierInvalid
from jutong.vocabulary.identifiers.contact import luhn_holds

# The hundred commonest family names cover about 85 % of the population (公安部 yearly reports), with common compounds.
_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵周吴徐孙马胡朱郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任"
    "卢姚沈钟姜崔谭陆范汪廖石金贾韦夏付傅方邹熊白孟秦邱侯江尹薛闫阎雷段龙黎史陶贺毛郝顾龚邵万覃武钱戴严"
    "莫孔向常汤季骆齐尚樊温庞祝阮芦管左殷牛施葛倪俞章申路柯焦洪翁柴岳费裴霍关卓安欧凌盛翟"
)
_COMPOUND: Final = frozenset({"欧阳", "上官", "司马", "诸葛", "司徒", "东方", "皇甫", "夏侯", "尉迟", "公孙"})
_NATIONS: Final = frozenset(
    [
        "汉",
        "蒙古",
        "回",
        "藏",
        "维吾尔",
        "苗",
        "彝",
        "壮",
        "布依",
        "朝鲜",
        "满",
        "侗",
        "瑶",
        "白",
        "土家",
        "哈尼",
        "哈萨克",
        "傣",
        "黎",
        "傈僳",
        "佤",
        "畲",
        "高山",
        "拉祜",
        "水",
        "东乡",
        "纳西",
        "景颇",
        "柯尔克孜",
        "土",
        "达斡尔",
        "仫佬",
        "羌",
        "布朗",
        "撒拉",
        "毛南",
        "仡佬",
        "锡伯",
        "阿昌",
        "普米",
        "塔吉克",
        "怒",
        "乌孜别克",
        "俄罗斯",
        "鄂温克",
        "德昂",
        "保安",
        "裕固",
        "京",
        "塔塔尔",
        "独龙",
        "鄂伦春",
        "赫哲",
        "门巴",
        "珞巴",
        "基诺",
    ]
)
_PERSON: Final = re.compile(r"[㐀-鿿]{2,4}|[㐀-鿿]{1,10}·[㐀-鿿·]{1,15}")
_ORGANISATION: Final = re.compile(
    r"(公司|局|厅|委|委员会|学校|大学|学院|中心|医院|卫生院|研究所|派出所|事务所|院|社|厂|店|部|办|办公室|协会|银行|支行"
    r"|幼儿园|小学|中学|站|集团|政府|基金会)(（.*）|\(.*\))?$"
)
_ADDRESS: Final = re.compile(r".*(省|市|区|县|镇|乡|街道|路|街|巷|弄|村|号|幢|室|大道|小区|社区)")
_LISTING: Final = re.compile(r"[、，,；;\n]")
_DATE: Final = re.compile(
    r"(?P<y>(18|19|20)\d{2})(?:(?P<s>[-/.年])(?P<m>\d{1,2})(?:[-/.月](?P<d>\d{1,2})日?)|(?P<m2>\d{2})(?P<d2>\d{2}))"
)
_TIME: Final = re.compile(
    r"[ T]?([01]?\d|2[0-3])(:[0-5]\d){1,2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})?|[0-2]\d[0-5]\d[0-5]\d"
)
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_GEOMETRY: Final = re.compile(
    r'\s*(\{\s*"type"\s*:\s*"(Multi)?(Point|LineString|Polygon)|(SRID=\d+;)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*Z?\s*\()'
)
_INDUSTRY: Final = re.compile(r"[A-T](\d{2,4})?|\d{3,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How one meaning is told."""

    meaning: Meaning
    name: str
    """Pattern that the column's whole name matches, lower case, without spaces."""
    check: Callable[[str], bool]
    alone: float = 0.0
    """How far the values convince without the name, from 0 (not at all) to 1."""
    firm: bool = False
    """The name alone says it, whatever the values: masks and levels must not wait for clean data."""


def _identifier(kind: str) -> Callable[[str], bool]:
    parse = KINDS[kind].parse

    def check(text: str) -> bool:
        try:
            parse(text.strip())
        except IdentifierInvalid:
            return False
        return True

    return check


_TELEPHONE: Final = _identifier("telephone")
_MOBILE: Final = _identifier("mobile")


def _is_phone(text: str) -> bool:
    return _TELEPHONE(text) or _MOBILE(text)


def _is_bank_card(text: str) -> bool:
    return 16 <= len(text) <= 19 and text.isdigit() and luhn_holds(text)


def _is_region(text: str) -> bool:
    return len(text) in {6, 9, 12} and text.isdigit() and was_ever_valid(text[:6])


def is_date(text: str) -> bool:
    """A calendar day in one of the usual writings: 2022-06-18, 2022/6/18, 2022.6.18, 2022年6月18日, 20220618."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return False
    try:
        date(int(found["y"]), int(found["m"] or found["m2"]), int(found["d"] or found["d2"]))
    except ValueError:
        return False
    return True


def is_timestamp(text: str) -> bool:
    """A day followed by a time of day."""
    found = _DATE.match(text.strip())
    return bool(
        found and is_date(found[0]) and (rest := text.strip()[found.end() :]) and _TIME.fullmatch(rest)
    )


def _is_person(text: str) -> bool:
    return bool(_PERSON.fullmatch(text)) and ("·" in text or text[0] in _SURNAMES or text[:2] in _COMPOUND)


def _is_sex(text: str) -> bool:
    return text in {"男", "女", "男性", "女性", "未知", "未说明"}


def _is_sex_or_code(text: str) -> bool:
    return _is_sex(text) or text in {"0", "1", "2", "9", "M", "F"}


def _is_nation(text: str) -> bool:
    return text.removesuffix("族") in _NATIONS


def _is_nation_or_code(text: str) -> bool:
    return _is_nation(text) or (text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 58)


def _between(low: float, high: float) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            return low <= float(text) <= high
        except ValueError:
            return False

    return check


def _is_address(text: str) -> bool:
    # A list of places is a description of an area, not an address.
    return len(text) >= 5 and not _LISTING.search(text) and bool(_ADDRESS.match(text))


def _is_organisation(text: str) -> bool:
    return len(text) >= 3 and bool(_ORGANISATION.search(text))


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: bool(pattern.fullmatch(text.strip()))


_TELEPHONE_NAME: Final = r".*(电话(号码?)?|固话|联系方式)|.*dh|.*(tel|telephone|phone)(_?no)?"

# The order decides between meanings that convince equally: the more special comes first.
SIGNS: Final = (
    Sign(
        meaning=Meaning.CITIZEN_ID,
        name=r".*(公民身份号码|身份证(件)?(号码?|编号)?|居民身份证)|gmsfhm|.*sfzh(m|ao)?|.*id_?card(_?no)?|citizen_?id",
        check=_identifier("citizen_id"),
        alone=0.95,
        firm=True,
    ),
    Sign(
        meaning=Meaning.USCC,
        name=r".*(统一(社会)?信用代码|社会信用代码|信用代码)|.*tyshxydm|uscc|.*credit_?code|tyxydm",
        check=_identifier("uscc"),
        alone=0.95,
        firm=True,
    ),
    Sign(
        meaning=Meaning.REAL_ESTATE_UNIT,
        name=r".*不动产单元(号|代码)|bdcdyh",
        check=_identifier("real_estate_unit"),
        alone=0.9,
        firm=True,
    ),
    Sign(
        meaning=Meaning.CERTIFICATE_ID,
        name=r".*(证照标识|证照标识码|电子证照标识)|zzbs",
        check=_identifier("certificate_id"),
        alone=0.9,
        firm=True,
    ),
    Sign(
        meaning=Meaning.VIN,
        name=r".*(车辆识别代[号码]|车架号)|vin|clsbdh|cjh",
        check=_identifier("vin"),
        alone=0.9,
        firm=True,
    ),
    Sign(
        meaning=Meaning.PLATE,
        name=r".*(车牌(号码?)?|号牌号码)|hphm|cphm?|plate(_?no)?",
        check=_identifier("plate"),
        alone=0.9,
        firm=True,
    ),
    Sign(
        meaning=Meaning.MOBILE,
        name=r".*(手机(号码?)?|移动电话)|sjhm?|.*mobile(_?(no|phone))?|cell_?phone",
        check=_identifier("mobile"),
        alone=0.9,
        firm=True,
    ),
    Sign(
        meaning=Meaning.BANK_CARD,
        name=r".*(银行卡号?|银行账号|卡号)|yhkh|bank_?card(_?no)?",
        check=_is_bank_card,
        alone=0.5,
        firm=True,
    ),
    Sign(
        meaning=Meaning.EMAIL,
        name=r".*(邮箱|电子邮件)(地址)?|dzyx|yx|e-?mail",
        check=_matches(_EMAIL),
        alone=0.95,
        firm=True,
    ),
    Sign(
        meaning=Meaning.REGION_CODE,
        name=r".*(区划编?代?码|区划|行政区代码|地区编?代码|所在区代?码|街道代码|社区代码)|.*xzqh(dm)?|.*szqdm|adcode|.*(region|area|district|county|street|town)_?code|region|adm_?code",
        check=_is_region,
        alone=0.8,
    ),
    Sign(
        meaning=Meaning.ORGANISATION_CODE,
        name=r".*组织机构代码|zzjgdm|org_?code",
        check=_identifier("organisation_code"),
        alone=0.6,
    ),
    Sign(
        meaning=Meaning.POSTCODE,
        name=r".*(邮政编码|邮编)|yzbm|yb|post(al)?_?code|zip(_?code)?",
        check=_identifier("postcode"),
    ),
    Sign(
        meaning=Meaning.GEOMETRY,
        name=r"geom(etry)?|wkt|the_geom|.*(空间几何|几何|图形)",
        check=_matches(re.compile(_GEOMETRY.pattern + r".*", re.DOTALL)),
        alone=1.0,
    ),
    Sign(
        meaning=Meaning.LONGITUDE,
        name=r".*经度(坐标)?|lng|lon|longitude|jd|.*_(lng|lon)",
        check=_between(73, 136),
    ),
    Sign(meaning=Meaning.LATITUDE, name=r".*纬度(坐标)?|lat|latitude|wd|.*_lat", check=_between(3, 54)),
    Sign(meaning=Meaning.SEX, name=r".*性别(代码|名称)?|xb(dm)?|sex|gend(er)?", check=_is_sex_or_code),
    Sign(meaning=Meaning.SEX, name=r"(?!)", check=_is_sex, alone=0.9),
    Sign(
        meaning=Meaning.NATION,
        name=r".*民族(代码|名称)?|mz(dm)?|nation(ality)?|ethnic(ity)?",
        check=_is_nation_or_code,
    ),
    Sign(meaning=Meaning.NATION, name=r"(?!)", check=_is_nation, alone=0.9),
    Sign(
        meaning=Meaning.BIRTH_DATE,
        name=r".*(出生(日期|年月日?|时间)?|生日)|csrq|brdy|birth(_?(date|day))?|date_?of_?birth",
        check=is_date,
        firm=True,
    ),
    Sign(
        meaning=Meaning.TIMESTAMP,
        name=r".*时间|.*sj|.*(time|timestamp|_at)",
        check=is_timestamp,
        alone=0.95,
    ),
    Sign(
        meaning=Meaning.DATE,
        name=r".*(日期|年月日|日)|.*rq|.*date|.*(time|sj|时间)",
        check=is_date,
        alone=0.9,
    ),
    # A telephone column that holds mobile numbers only needs the mask of those.
    Sign(meaning=Meaning.MOBILE, name=_TELEPHONE_NAME, check=_MOBILE),
    Sign(
        meaning=Meaning.TELEPHONE,
        name=_TELEPHONE_NAME,
        check=_is_phone,
        alone=0.6,
    ),
    Sign(
        meaning=Meaning.PERSON_NAME,
        name=r".*(姓名|户主|法定代表人|法人代表|负责人|联系人|经办人|监护人|申请人|当事人|权利人|持证人)|.*xm|.*(person|real|full)_?name",
        check=_is_person,
        alone=0.75,
        firm=True,
    ),
    Sign(
        meaning=Meaning.ORGANISATION_NAME,
        name=r".*(单位|企业|机构|公司|学校|部门|医院|银行|组织|站场?|客运站)(全称|名称)|主管部门|.*机构|qymc|dwmc|jgmc|xxmc|(school|org|company|dept)_?name",
        check=_is_organisation,
        alone=0.6,
    ),
    Sign(
        meaning=Meaning.ADDRESS,
        name=r".*(地址|住址|住所|坐落|位置|地点|籍贯)|.*dz|zz|.*addr(ess)?",
        check=_is_address,
        alone=0.6,
    ),
    Sign(
        meaning=Meaning.INDUSTRY,
        name=r".*行业(代码|分类代码)|hydm|industry_?co(de)?",
        check=_matches(_INDUSTRY),
    ),
)

NAMES: Final[Mapping[int, re.Pattern[str]]] = {
    index: re.compile(sign.name) for index, sign in enumerate(SIGNS)
}
