"""What can go wrong with a source, each with what to do about it. No message carries a row's value."""

from jutong.kernel.errors import ErrorKind, JutongError


class ConnectorError(JutongError):
    """The family: a source cannot be read as it is."""


class KindUnknown(ConnectorError):
    code = "connectors.kind_unknown"
    zh = (
        "无法识别“{name}”的数据源类型。请使用 CSV、TSV、XLS、XLSX、JSON、GeoJSON、XML、Parquet、Shapefile、"
        "SQLite 文件，或在数据源中指定类型。"
    )
    en = (
        "The kind of source {name} is not known. "
        "Use CSV, Excel, JSON, GeoJSON, XML, Parquet, Shapefile or SQLite, or name the kind."
    )


class OptionInvalid(ConnectorError):
    code = "connectors.option_invalid"
    zh = "数据源参数 {option} 无法使用：{reason_zh}。请修改该参数后重试。"
    en = "The source's option {option} cannot be used: {reason_en}. Correct it and try again."


class PathOutside(ConnectorError):
    code = "connectors.path_outside"
    kind = ErrorKind.FORBIDDEN
    zh = "文件路径超出了允许读取的数据源目录。请把文件放进数据源目录，并填写目录内的相对路径。"
    en = (
        "The path leads outside the sources folder. Put the file into that folder and give its relative path."
    )


class FileMissing(ConnectorError):
    code = "connectors.file_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "找不到文件“{name}”。请核对文件名，或联系提供部门确认是否已经送达。"
    en = "There is no file {name}. Check its name, or ask the provider whether it was delivered."


class NotAFile(ConnectorError):
    code = "connectors.not_a_file"
    zh = "“{name}”不是普通文件（可能是文件夹或设备）。请填写一个数据文件的路径。"
    en = "{name} is not a regular file (a folder or a device?). Give the path of a data file."


class FileUnreadable(ConnectorError):
    code = "connectors.file_unreadable"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "文件“{name}”暂时无法读取（{reason}）。请检查文件权限和磁盘后重试。"
    en = "The file {name} cannot be read now ({reason}). Check its permissions and the disk, then try again."


class FileEmpty(ConnectorError):
    code = "connectors.file_empty"
    zh = "文件“{name}”是空的，没有任何数据。请让提供部门重新导出后再送。"
    en = "The file {name} is empty. Ask the provider to export and deliver it again."


class FileTooLarge(ConnectorError):
    code = "connectors.file_too_large"
    kind = ErrorKind.EXHAUSTED
    zh = "文件“{name}”有 {size_mb} MB，超过上限 {limit_mb} MB。请拆分文件，或由管理员调大 {variable}。"
    en = "The file {name} has {size_mb} MB, above the limit of {limit_mb} MB. Split it, or have {variable} raised."


class EncodingUnknown(ConnectorError):
    code = "connectors.encoding_unknown"
    zh = "文件“{name}”既不是 UTF-8 也不是 GB18030 编码：第 {offset} 个字节无法解码。请另存为 UTF-8 后重新提交。"
    en = "The file {name} is neither UTF-8 nor GB18030: byte {offset} cannot be decoded. Save it as UTF-8 and retry."


class FileCut(ConnectorError):
    code = "connectors.file_cut"
    zh = "文件“{name}”在一个字的中间断开，很可能没有传完。请重新传送完整的文件。"
    en = "The file {name} ends in the middle of a character: its transfer broke off. Deliver it again, whole."


class NulBytes(ConnectorError):
    code = "connectors.nul_bytes"
    zh = (
        "文件“{name}”在第 {offset} 个字节处含有空字节，不是文本文件。"
        "它可能是压缩包、Excel 或传输中损坏的文件，请核对后重新提交。"
    )
    en = "The file {name} has a NUL byte at {offset}: it is no text file, or was damaged. Check it and deliver it again."


class LineTooLong(ConnectorError):
    code = "connectors.line_too_long"
    zh = "文件“{name}”第 {line} 行超过 {limit_kb} KB 的上限。请检查换行符是否丢失，或由管理员调大 JUTONG_READ_MAX_LINE_KB。"
    en = "Line {line} of {name} is above {limit_kb} KB. Are line ends missing? Or have JUTONG_READ_MAX_LINE_KB raised."


class QuoteNotClosed(ConnectorError):
    code = "connectors.quote_not_closed"
    zh = "文件“{name}”从第 {line} 行开始的一条记录没有结束，通常是引号没有成对。请在该行补上引号后重新提交。"
    en = "A record of {name} that starts at line {line} does not end: a quote is missing. Close it and deliver again."


class TooManyColumns(ConnectorError):
    code = "connectors.too_many_columns"
    kind = ErrorKind.EXHAUSTED
    zh = "“{name}”有 {columns} 列，超过上限 {limit} 列。请核对分隔符，或拆分成多张表。"
    en = "{name} has {columns} columns, above the limit of {limit}. Check the delimiter, or split the table."


class TooManyRejected(ConnectorError):
    code = "connectors.too_many_rejected"
    zh = "“{name}”中读不出的行超过 {limit} 行，已停止读取。请核对分隔符和表头是否正确，改正后重新提交。"
    en = "More than {limit} lines of {name} cannot be read, so reading stopped. Check delimiter and header, then retry."


class HeaderMissing(ConnectorError):
    code = "connectors.header_missing"
    zh = "“{name}”的工作表“{sheet}”没有表头。请在首行补上列名，或在数据源中设置“无表头”后重试。"
    en = "The sheet {sheet} of {name} has no header. Add a row of column names, or set the source to 'no header'."


class SheetMissing(ConnectorError):
    code = "connectors.sheet_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "“{name}”中没有工作表“{sheet}”。现有工作表：{sheets}。请改用其中之一。"
    en = "{name} has no sheet {sheet}. It has: {sheets}. Use one of them."


class ExcelDamaged(ConnectorError):
    code = "connectors.excel_damaged"
    zh = (
        "“{name}”不是有效的 Excel 文件，可能已损坏，或是网页、文本改了后缀名。"
        "请用 Excel 或 WPS 打开后另存为 .xlsx 再提交。"
    )
    en = (
        "{name} is no valid Excel file: damaged, or a web page or text renamed. Open it and save it as .xlsx."
    )


class ExcelEncrypted(ConnectorError):
    code = "connectors.excel_encrypted"
    zh = "“{name}”设置了打开密码，平台无法读取。请在 Excel 或 WPS 中取消密码后重新提交。"
    en = "{name} is protected by a password. Remove the password and deliver it again."


class ExpandsTooFar(ConnectorError):
    code = "connectors.expands_too_far"
    kind = ErrorKind.EXHAUSTED
    zh = (
        "“{name}”解压后会达到 {expanded_mb} MB（压缩比 {ratio}），疑似压缩炸弹，已拒绝打开。"
        "请核对来源；确属正常文件的，请改为 CSV 提交。"
    )
    en = "{name} would expand to {expanded_mb} MB (ratio {ratio}), like a zip bomb. Check its origin, or deliver CSV."


class SheetTooLarge(ConnectorError):
    code = "connectors.sheet_too_large"
    kind = ErrorKind.EXHAUSTED
    zh = "“{name}”的工作表范围有 {rows} 行 × {columns} 列，超过可读取的上限。请删除远处的空白格式后另存，或改为 CSV 提交。"
    en = "A sheet of {name} spans {rows} × {columns} cells, above the limit. Clear far-away cells, or deliver CSV."


class JsonInvalid(ConnectorError):
    code = "connectors.json_invalid"
    zh = "“{name}”不是有效的 JSON：第 {line} 行第 {column} 列附近有语法错误。请重新导出后提交。"
    en = "{name} is no valid JSON: see line {line}, column {column}. Export it again."


class RecordsMissing(ConnectorError):
    code = "connectors.records_missing"
    zh = "在“{name}”的路径“{path}”下没有找到记录。请核对数据源中填写的记录路径。"
    en = "{name} holds no records at {path}. Check the records' path in the source."


class GeoJsonInvalid(ConnectorError):
    code = "connectors.geojson_invalid"
    zh = "“{name}”不是 GeoJSON 要素集合（FeatureCollection）。请按 GeoJSON（RFC 7946）重新导出。"
    en = "{name} is no GeoJSON FeatureCollection. Export it again as GeoJSON (RFC 7946)."


class SourceUnreachable(ConnectorError):
    code = "connectors.source_unreachable"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = (
        "连接不上数据库 {place}。平台稍后会自动重试；"
        "请联系该系统的管理员确认数据库已启动、地址端口正确、防火墙已放行。"
    )
    en = "The database {place} cannot be reached. It will be tried again; check that it runs and that the port is open."


class SourceChanged(ConnectorError):
    code = "connectors.source_changed"
    kind = ErrorKind.CONFLICT
    retryable = True
    zh = (
        "{place} 在读取过程中变了（文件被替换，或列被改名、删除），本次没有入库。"
        "平台稍后会自动重新读取；反复出现的，请与来源约定避开归集时间。"
    )
    en = "{place} changed while it was read; nothing has landed. It will be read again; if it recurs, agree on other hours."


class SourceRefused(ConnectorError):
    code = "connectors.source_refused"
    kind = ErrorKind.FORBIDDEN
    zh = "数据库 {place} 拒绝了访问。请核对账号口令，并请系统管理员授予该表的只读（SELECT）权限。"
    en = "The database {place} refused access. Check user and password, and ask for SELECT on the table."


class DatabaseMissing(ConnectorError):
    code = "connectors.database_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "服务器 {place} 上没有这个数据库。请核对数据源中的库名。"
    en = "There is no such database at {place}. Check the database's name in the source."


class TableMissing(ConnectorError):
    code = "connectors.table_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "数据库 {place} 中没有表“{table}”。请核对表名和模式名。"
    en = "The database {place} has no table {table}. Check the names of schema and table."


class TableUnnamed(ConnectorError):
    code = "connectors.table_unnamed"
    zh = "“{name}”中有多张表（{tables}），请指定要读取的表。"
    en = "{name} holds several tables ({tables}). Say which to read."


class DatabaseDamaged(ConnectorError):
    code = "connectors.database_damaged"
    zh = "“{name}”不是有效的 SQLite 数据库，或已损坏、已加密。请重新导出后提交。"
    en = "{name} is no valid SQLite database, or it is damaged or encrypted. Export it again."


class ColumnUnreadable(ConnectorError):
    code = "connectors.column_unreadable"
    zh = "“{name}”中有值与列的类型不符，无法读取（{place}）。请核对源表该列的类型，或改用视图转换为文本后再归集。"
    en = "{name} holds values that do not fit their column's type ({place}). Mend it, or read a view that casts to text."


class ColumnMissing(ConnectorError):
    code = "connectors.column_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "“{name}”中没有列“{column}”。请核对游标列或主键列的名称，列名改了的请重新设置。"
    en = "{name} has no column {column}. Check the name of the cursor's or key's column, and set it anew if it changed."


class BoundInvalid(ConnectorError):
    code = "connectors.bound_invalid"
    zh = "读取范围的边界值不符合列“{column}”的类型。请核对游标列的设置；列类型改了的，请重新全量归集一次。"
    en = "A bound does not fit the type of column {column}. Check the cursor's column; if its type changed, collect whole."


class DriverMissing(ConnectorError):
    code = "connectors.driver_missing"
    kind = ErrorKind.UNAVAILABLE
    zh = "本机没有安装读取{kind_zh}的驱动。请由管理员运行 pip install “jutong[{extra}]” 后重启平台。"
    en = 'The driver for {kind_en} is not installed here. Have pip install "jutong[{extra}]" run, then restart.'
