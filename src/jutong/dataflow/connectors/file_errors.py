"""What can go wrong with XML, Parquet, Shapefile and packed files, each with what to do about it."""

from jutong.dataflow.connectors.errors import ConnectorError
from jutong.kernel.errors import ErrorKind


class XmlInvalid(ConnectorError):
    code = "connectors.xml_invalid"
    zh = "“{name}”不是完整有效的 XML：第 {line} 行第 {column} 列附近有语法错误，或文件没有传完。请重新导出后提交。"
    en = "{name} is no whole and valid XML: see line {line}, column {column}. Export it again."


class XmlRefused(ConnectorError):
    code = "connectors.xml_refused"
    kind = ErrorKind.FORBIDDEN
    zh = "“{name}”含有文档类型或实体声明（DTD），可能引用外部文件或膨胀成炸弹，已拒绝读取。请去掉 DTD 后重新导出。"
    en = "{name} declares a document type or entities (DTD), a way to bombs and to other files. Export it without one."


class XmlRecordTooLarge(ConnectorError):
    code = "connectors.xml_record_too_large"
    kind = ErrorKind.EXHAUSTED
    zh = (
        "“{name}”中从第 {line} 行开始的记录超过 {limit_kb} KB，或嵌套超过 {depth} 层。"
        "请核对数据源中填写的记录元素，或由管理员调大 JUTONG_READ_MAX_LINE_KB。"
    )
    en = (
        "The record of {name} at line {line} is above {limit_kb} KB or nested more than {depth} deep. "
        "Check the record's element, or have JUTONG_READ_MAX_LINE_KB raised."
    )


class ParquetDamaged(ConnectorError):
    code = "connectors.parquet_damaged"
    zh = "“{name}”不是完整的 Parquet 文件，可能没有传完、已损坏或已加密。请重新传送完整的文件。"
    en = "{name} is no whole Parquet file: cut off, damaged or encrypted. Deliver it again, whole."


class ShapefilePartMissing(ConnectorError):
    code = "connectors.shapefile_part_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "“{name}”缺少同名的 {missing} 文件。Shapefile 由 .shp、.shx、.dbf 一起组成，请一并送达，或打成一个 .zip 提交。"
    en = "{name} lacks its {missing}. A Shapefile is .shp, .shx and .dbf together: deliver them all, or one .zip."


class ShapefileDamaged(ConnectorError):
    code = "connectors.shapefile_damaged"
    zh = "“{name}”不是完整的 Shapefile：图形与属性对不上，或文件没有传完。请重新导出后一并提交。"
    en = "{name} is no whole Shapefile: shapes and attributes do not match, or it was cut off. Export it again."


class PackDamaged(ConnectorError):
    code = "connectors.pack_damaged"
    zh = "压缩文件“{name}”不完整或已损坏，很可能没有传完。请重新压缩并完整传送。"
    en = "The packed file {name} is cut off or damaged. Pack it again and deliver it whole."


class PackEncrypted(ConnectorError):
    code = "connectors.pack_encrypted"
    zh = "压缩文件“{name}”设置了密码，平台无法读取。请取消密码后重新提交。"
    en = "The packed file {name} is protected by a password. Remove it and deliver it again."


class PackMemberUnclear(ConnectorError):
    code = "connectors.pack_member_unclear"
    zh = "压缩文件“{name}”里不是恰好一个数据文件（{members}）。请在数据源中填写要读取的文件名，或分开提交。"
    en = "The packed file {name} holds not exactly one data file ({members}). Say which to read, or deliver them apart."


class EncodingDoubtful(ConnectorError):
    code = "connectors.encoding_doubtful"
    zh = (
        "文件“{name}”不是 UTF-8，按 GB18030 读出的多为生僻字，看起来是繁体的 Big5 编码。"
        "请在数据源的“编码”中填写 big5 或 gb18030，或另存为 UTF-8 后提交。"
    )
    en = "The file {name} looks like Big5 rather than GB18030. Set the source's encoding to one of them, or save as UTF-8."


class FilesJoined(ConnectorError):
    code = "connectors.files_joined"
    zh = (
        "文件“{name}”第 {offset} 个字节处的行首又出现了文件头标记（BOM），通常是几个文件被直接拼接在一起。"
        "请分开提交各个文件，或去掉中间的表头和标记。"
    )
    en = "A byte order mark stands at byte {offset} of {name}: files were joined. Deliver them apart, or take it out."


class FormulaNotComputed(ConnectorError):
    code = "connectors.formula_not_computed"
    zh = "“{name}”的单元格 {place} 是公式但没有计算结果，读取会丢失数值。请用 Excel 或 WPS 打开并保存一次后再提交。"
    en = "Cell {place} of {name} is a formula without a result. Open it in Excel or WPS, save it, and deliver it again."
