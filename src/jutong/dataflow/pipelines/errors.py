"""Why a collection did not land; each message says what to do next."""

from jutong.kernel.errors import ErrorKind, JutongError


class ColumnMissing(JutongError):
    code = "pipelines.column_missing"
    zh = "来源缺少必填信息项对应的列：{items}。请补齐这些列，或在采集任务中设置列与信息项的对应关系。"
    en = (
        "The source has no column for these required items: {items}. "
        "Add the columns, or say in the collection task which column is which item."
    )


class MappingInvalid(JutongError):
    code = "pipelines.mapping_invalid"
    zh = "列与信息项的对应关系不能使用：{names}。请按来源的列名和目录条目的信息项重新设置。"
    en = (
        "The mapping of columns to items cannot be used: {names}. "
        "Set it again from the source's columns and the entry's items."
    )


class NothingLanded(JutongError):
    code = "pipelines.nothing_landed"
    kind = ErrorKind.CONFLICT
    zh = "本次 {read} 行全部不合格（{reasons}），原有数据没有被替换。请按原因在来源处更正后重新采集。"
    en = (
        "All {read} rows of this delivery were refused ({reasons}); the earlier data stay. "
        "Correct the causes at the source and collect again."
    )


class TooManyRefused(JutongError):
    code = "pipelines.too_many_refused"
    kind = ErrorKind.CONFLICT
    zh = (
        "本次 {read} 行中有 {refused} 行不合格（{percent} %），超过了设定的上限（{limit}），原有数据没有被替换。"
        "请按原因在来源处更正后重新归集，或在归集设置中调整上限。"
    )
    en = (
        "{refused} of {read} rows were refused ({percent} %), more than the limit that was set ({limit}); the earlier "
        "data stay. Correct the causes at the source and collect again, or change the limit in the settings."
    )


class CorrectionUnreadable(JutongError):
    code = "pipelines.correction_unreadable"
    zh = "上传的文件里没有“{column}”一列，或没有任何信息项的列。请使用工单页面下载的表格更正后上传，不要改动表头。"
    en = (
        "The file has no column {column}, or no column of an item. "
        "Correct the rows in the workbook of the work order, leave its header as it is, and upload it again."
    )


class DeliveryMended(JutongError):
    code = "pipelines.delivery_mended"
    kind = ErrorKind.CONFLICT
    zh = (
        "文件“{name}”有更正，但它原来的问题数据已在平台上更正入库，直接替换会重复。"
        "请提供部门把更正并入该文件后，由数据主管重新设置归集方式，从头归集一次。"
    )
    en = (
        "The file {name} was corrected, but refused rows of it were mended here: replacing it would double them. "
        "Have the mended rows put into the file, set the collection mode anew, and collect from the start."
    )


class CountsDiffer(JutongError):
    code = "pipelines.counts_differ"
    kind = ErrorKind.INTERNAL
    zh = "读取 {read} 行，但入库 {landed} 行加隔离 {quarantined} 行与之不符，已放弃写入。请把错误代码交给平台运维人员。"
    en = (
        "{read} rows were read, yet {landed} landed and {quarantined} were set aside; nothing was written. "
        "Report the code to the operators."
    )


class ProofUnsupported(JutongError):
    code = "pipelines.proof_unsupported"
    kind = ErrorKind.CONFLICT
    zh = "此类数据源（{kind}）不能计算行的校验值，无法做完整性证明。请改用支持完整性证明的数据源类型。"
    en = (
        "This kind of source ({kind}) does not compute hashes of its rows, so completeness cannot be proved. "
        "Use a kind of source that supports the proof."
    )


class ProofTooDifferent(JutongError):
    code = "pipelines.proof_too_different"
    kind = ErrorKind.CONFLICT
    zh = "来源与资源池有 {rows} 个以上的主键不一致，逐行修复不划算。请重新归集后再做证明。"
    en = (
        "Source and pool differ in {rows} keys or more, too many to be mended one by one. "
        "Collect again, then prove again."
    )


class KeyRequired(JutongError):
    code = "pipelines.key_required"
    kind = ErrorKind.CONFLICT
    zh = "目录「{service}」没有标明主键信息项，无法按行更新。请在目录条目中标明主键，或改用全量归集。"
    en = (
        "Entry {service} has no key items, so rows cannot be changed one by one. "
        "Mark its key in the catalogue, or collect it in full."
    )


class CursorUnset(JutongError):
    code = "pipelines.cursor_unset"
    zh = "增量归集还没有选择游标列，或来源中没有“{column}”一列。请在归集设置中选择随每次修改增大的列。"
    en = (
        "No cursor column is chosen, or the source has no column {column}. "
        "Choose one in the collection settings that grows with every change."
    )


class CursorEmpty(JutongError):
    code = "pipelines.cursor_empty"
    kind = ErrorKind.CONFLICT
    zh = "游标列“{column}”有 {rows} 行为空，这些行以后的修改不会被发现，因此没有入库。请在来源处补齐，或换一个游标列。"
    en = (
        "The cursor column {column} is empty in {rows} rows, whose later changes would never be seen; nothing landed. "
        "Fill it at the source, or choose another cursor column."
    )


class CursorWentBack(JutongError):
    code = "pipelines.cursor_went_back"
    kind = ErrorKind.CONFLICT
    zh = "来源的游标列“{column}”现在的最大值小于上次读到的值，来源可能被恢复或重建过。请先做一次全量归集，再继续增量。"
    en = (
        "The greatest value of {column} at the source is below the one read last: the source may have been restored or "
        "rebuilt. Collect in full once, then go on by increments."
    )


class PartsUnsupported(JutongError):
    code = "pipelines.parts_unsupported"
    kind = ErrorKind.CONFLICT
    zh = "此类数据源（{kind}）不能只读取一部分行，无法按游标增量归集。请改用全量归集。"
    en = "This kind of source ({kind}) cannot read a part of its rows. Collect in full instead."


class ChangesUnsupported(JutongError):
    code = "pipelines.changes_unsupported"
    kind = ErrorKind.CONFLICT
    zh = "此类数据源（{kind}）没有变更日志可跟踪。请改用全量或按游标增量归集。"
    en = "This kind of source ({kind}) has no change log to follow. Collect in full or by a cursor instead."
