"""What the facts of the field can say no to. No message ever repeats the value."""

from jutong.kernel.errors import ErrorKind, JutongError


class RegionUnknown(JutongError):
    code = "vocabulary.region_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "行政区划代码 {region} 不在 1980 年以来的任何一版名录中。请核对 6、9 或 12 位代码是否抄录有误。"
    en = (
        "Region code {region} is in no edition since 1980. Check the 6, 9 or 12 digits for a slip of the pen."
    )


class CodeListUnknown(JutongError):
    code = "vocabulary.code_list_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "没有名为“{name}”的代码表。可用代码表：{known}。请改用其中之一。"
    en = "There is no code list called “{name}”. Use one of: {known}."


class RepresentationInvalid(JutongError):
    code = "vocabulary.representation_invalid"
    zh = (
        "表示格式“{format}”看不懂。"
        "请按 an18（定长）、c..50（最长）、n..10,2（两位小数）、d8（日期）、dt14（日期时间）或 bl（是否）填写。"
    )
    en = (
        "The representation “{format}” is not understood. Write an18 (fixed), c..50 (at most), n..10,2 (two decimals), "
        "d8 (date), dt14 (date and time) or bl (boolean)."
    )


class TimeLimitUnknown(JutongError):
    code = "vocabulary.time_limit_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "没有编号为“{rule}”的办理时限。可用编号：{known}。请改用其中之一。"
    en = "There is no time limit with code “{rule}”. Use one of: {known}."


class TimeLimitOpen(JutongError):
    """The regulation sets the duty but no number of days; the city has to."""

    code = "vocabulary.time_limit_open"
    zh = "时限 {rule} 的天数由本地规定，尚未配置。请在 JUTONG_TIME_LIMITS 指向的文件中填写 days。"
    en = "The days of time limit {rule} are set locally and still open. Fill in `days` in the JUTONG_TIME_LIMITS file."


class OverrideFileInvalid(JutongError):
    """A file that a setting names cannot be used as a whole; nothing of it is taken over."""

    code = "vocabulary.override_file_invalid"
    zh = "{variable} 指向的文件无法使用（{where}：{reason}）。请按说明文档中的格式改正后重试。"
    en = "The file that {variable} names cannot be used ({where}: {reason}). Correct it as the manual describes."


class HolidaysUnknown(JutongError):
    """A final answer was asked for a year whose holidays nobody has announced or loaded."""

    code = "vocabulary.holidays_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = (
        "尚无 {year} 年的国务院放假安排（已知 {known}）。"
        "请在 JUTONG_HOLIDAYS 指向的文件中补充该年，或接受暂按周末推算的结果。"
    )
    en = (
        "The State Council's holidays of {year} are not known (known: {known}). "
        "Add the year to the JUTONG_HOLIDAYS file, or accept a provisional answer by weekends."
    )


class PolygonsMissing(JutongError):
    code = "vocabulary.polygons_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "没有 {city} 的区县边界数据。请运行 tools/compile_polygons.py {city} 生成后重试。"
    en = "There are no county polygons of {city}. Make them with tools/compile_polygons.py {city} and try again."
