"""Why an identifier is refused or doubted: stable codes, and what to do about it in both languages."""

from jutong.vocabulary.terms import Term


class Reason(Term):
    """A finding on an identifier; the Chinese and English texts say what to do next."""

    EMPTY = "empty", "01", "值为空，请填写。", "It is empty. Fill it in."
    BLANKS = (
        "blanks",
        "02",
        "含空格或不可见字符，请在来源处去除后重新提交。",
        "It contains blanks or invisible characters. Remove them at the source.",
    )
    FULL_WIDTH = (
        "full_width",
        "03",
        "含全角字符，请改为半角。",
        "It contains full-width characters. Write them half-width.",
    )
    LOWER_CASE = (
        "lower_case",
        "04",
        "含小写字母，标准要求大写，请在来源处更正。",
        "It contains lower-case letters where the standard asks for capitals. Correct it at the source.",
    )
    LENGTH = (
        "length",
        "05",
        "位数不对，请核对是否漏录或多录。",
        "Its length is wrong. Look for a missing or extra character.",
    )
    CHARACTERS = (
        "characters",
        "06",
        "含有不允许的字符，请对照原件核对。",
        "It contains characters that are not allowed. Compare it with the original document.",
    )
    FORMAT = (
        "format",
        "07",
        "格式不符合规定，请对照示例核对。",
        "Its format is wrong. Compare it with the example.",
    )
    CHECK = (
        "check",
        "08",
        "校验位不符，至少有一位抄录有误，请对照原件核对。",
        "Its check character does not match: at least one character is wrong. Compare it with the original document.",
    )
    INNER_CHECK = (
        "inner_check",
        "09",
        "其中的组织机构代码（第9至17位）校验位不符，请对照登记证照核对。",
        "The organisation code within (characters 9 to 17) fails its check. Compare it with the registration certificate.",
    )
    DATE = (
        "date",
        "10",
        "其中的日期在日历上不存在，请对照原件核对。",
        "The date within does not exist. Compare it with the original document.",
    )
    DATE_LATER = (
        "date_later",
        "11",
        "其中的日期晚于核验日期，请对照原件核对。",
        "The date within lies after the day of the check. Compare it with the original document.",
    )
    REGION = (
        "region",
        "12",
        "其中的行政区划代码不在 1980 年以来的 GB/T 2260 名录中，请对照原件核对。",
        "The region code within is in no edition of GB/T 2260 since 1980. Compare it with the original document.",
    )
    FEATURE = (
        "feature",
        "14",
        "特征码无定义，请对照 GB/T 37346 核对。",
        "A feature letter is not defined. Compare it with GB/T 37346.",
    )
    ZEROS = (
        "zeros",
        "15",
        "无定着物（W）时末八位应全为零，请核对。",
        "Without a fixture (W) the last eight digits must be zero. Check it.",
    )
    PREFIX = (
        "prefix",
        "16",
        "号段不存在，请向本人或单位核实。",
        "There is no such number range. Ask the owner.",
    )
    ISSUER = (
        "issuer",
        "17",
        "颁发、定义或实施机构代码不是有效的统一社会信用代码，请核对。",
        "The code of the issuing, defining or handling body is not a valid USCC. Check it.",
    )
    LEVEL = "level", "18", "行使层级代码无定义，请核对。", "The level of exercise is not defined. Check it."
    MATTER_TYPE = (
        "matter_type",
        "19",
        "事项类型代码无定义，请核对。",
        "The type of service item is not defined. Check it.",
    )
    # Doubts: the value is accepted, and marked.
    LUHN = (
        "luhn",
        "51",
        "卡号未通过 Luhn 校验，可能抄录有误；请核实，但不因此拒收。",
        "The card number fails the Luhn check and may be mistyped. Verify it; it is not refused for that.",
    )
    REGION_UNLISTED = (
        "region_unlisted",
        "52",
        "其中的县级代码不在 1980 年以来的 GB/T 2260 名录中，但所属地级代码存在；请核实。",
        "The county code within is in no edition of GB/T 2260 since 1980, though its prefecture is. Verify it.",
    )
    REGION_ABOLISHED = (
        "region_abolished",
        "53",
        "该行政区划代码已停用，请改用现行代码。",
        "This region code is no longer in force. Use the present one.",
    )
    ISSUER_IS_REGION = (
        "issuer_is_region",
        "54",
        "颁发机构代码段为6位行政区划代码，而非18位统一社会信用代码；可接收，并请颁发机构更正。",
        "The issuer is a 6-digit region code, not an 18-character USCC. Accepted; ask the issuer to correct it.",
    )
    AUTHORITY = (
        "authority",
        "56",
        "登记管理部门或机构类别代码（第1、2位）不在 GB 32100-2015 表中，请对照登记证照核实。",
        "The registration authority or body type (characters 1 and 2) is not in GB 32100-2015. Verify it.",
    )
    OLD_BIRTH = (
        "old_birth",
        "55",
        "按出生日期计算已超过130岁，请核实。",
        "By the date of birth the person is over 130 years old. Verify it.",
    )
    CARD_SHORT = (
        "card_short",
        "57",
        "卡号少于12位，标准允许但少见，请核实。",
        "The card number has fewer than 12 digits: allowed, yet rare. Verify it.",
    )
