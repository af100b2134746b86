"""What can go wrong with a harvest, beside what its source does."""

from jutong.kernel.errors import ErrorKind, JutongError


class SourceNotFound(JutongError):
    code = "harvest.source_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有外部目录「{source}」。请在外部目录列表中查找。"
    en = "There is no harvest source {source}. Look for it in the list of sources."


class SourceInvalid(JutongError):
    code = "harvest.source_invalid"
    zh = "{field_zh}不符合要求：{reason_zh}。请修改后重新保存。"
    en = "{field_en} is not acceptable: {reason_en}. Change it and save again."


class SourceExists(JutongError):
    code = "harvest.source_exists"
    kind = ErrorKind.CONFLICT
    zh = "代码「{source}」已被使用。请换一个代码。"
    en = "The code {source} is taken. Choose another one."


class HarvestActive(JutongError):
    code = "harvest.job_active"
    kind = ErrorKind.CONFLICT
    zh = "外部目录「{source}」已有一个未结束的采集任务。请等它结束，或先处理待确认的任务。"
    en = "A harvest of {source} has not ended yet. Wait for it, or decide the one that is held."


class JobNotFound(JutongError):
    code = "harvest.job_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有采集任务「{job}」。请在外部目录页面查看任务记录。"
    en = "There is no harvest {job}. See the source's page."


class JobConflict(JutongError):
    code = "harvest.job_conflict"
    kind = ErrorKind.CONFLICT
    zh = "采集任务「{job}」当前为「{status_zh}」，不能执行这一操作。请刷新后查看。"
    en = "The harvest {job} is {status_en}: this cannot be done now. Reload to see how it stands."


class CatalogueLoops(JutongError):
    code = "harvest.catalogue_loops"
    zh = "外部目录「{source}」的分页转回了已取过的页，或超过 {pages} 页。请联系对方平台修正分页。"
    en = "The pages of {source} lead back to one already taken, or are more than {pages}. Ask its platform to mend it."


class ShrinkRefused(JutongError):
    code = "harvest.shrink_refused"
    kind = ErrorKind.CONFLICT
    zh = "来源条目大幅减少（{gone} 条），已人工决定不采用。请联系对方平台核实后再采集。"
    en = "Many records vanished ({gone}); a person decided against it. Ask its platform, then harvest again."


class JobExpired(JutongError):
    code = "harvest.job_expired"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "采集任务超过时限未能完成，已自动关闭。请检查来源是否可用后重新采集。"
    en = (
        "The harvest was not done in time and was closed. See whether its source answers, then harvest again."
    )


class RecordNotFound(JutongError):
    code = "harvest.record_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有这条外部条目。请在外部条目列表中重新查找。"
    en = "There is no such harvested entry. Look for it in the list again."


class NotAdopted(JutongError):
    code = "harvest.not_adopted"
    kind = ErrorKind.CONFLICT
    zh = "这条外部条目没有被采用，或没有待处理的变化。请刷新后查看。"
    en = "This harvested entry was not adopted, or has no change to decide. Reload to see how it stands."


class AdoptedAlready(JutongError):
    code = "harvest.adopted_already"
    kind = ErrorKind.CONFLICT
    zh = "条目「{title}」刚被他人采纳，没有再建目录。请刷新后查看。"
    en = "{title} was just adopted by someone else; no second entry was made. Reload to see it."
