"""What can go wrong with open datasets."""

from jutong.kernel.errors import ErrorKind, JutongError


class DatasetNotFound(JutongError):
    code = "opening.dataset_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到数据集「{service}」。请在数据集列表中重新查找。"
    en = "There is no dataset {service}. Look for it in the list of datasets again."


class ReleaseHeld(JutongError):
    code = "opening.release_held"
    kind = ErrorKind.CONFLICT
    zh = "数据集「{service}」有 {count} 处不符合发布要求：{first_zh}请去掉这些信息项或改为脱敏后重新开放。"
    en = "Dataset {service} has {count} items that may not be released: {first_en} Leave them out or mask them."


class DatasetNotOpen(JutongError):
    code = "opening.dataset_not_open"
    kind = ErrorKind.CONFLICT
    zh = "数据集「{service}」当前没有开放，不能执行此操作。请刷新页面查看它的状态。"
    en = "Dataset {service} is not open now. Reload the page to see its state."


class DatasetChanged(JutongError):
    code = "opening.dataset_changed"
    kind = ErrorKind.CONFLICT
    retryable = True
    zh = "数据集「{service}」在生成文件期间被重新开放，刚生成的文件不采用。系统会按新的信息项重新生成，请稍后刷新页面查看。"
    en = (
        "Dataset {service} was opened anew while its files were made; they are made again with its new items."
    )
