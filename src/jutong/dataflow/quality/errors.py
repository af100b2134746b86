"""What can be wrong with a quality rule as written; checked before any row is read."""

from jutong.kernel.errors import JutongError


class RuleKindUnknown(JutongError):
    code = "quality.kind_unknown"
    zh = "质量规则 {rule} 的类型“{kind}”不存在。可用的类型：{known}。"
    en = "The quality rule {rule} has an unknown kind {kind!r}. Known kinds: {known}."


class RuleInvalid(JutongError):
    code = "quality.rule_invalid"
    zh = "质量规则 {rule} 的参数不能使用：{reason}。请在目录条目的质量规则中改正。"
    en = "The parameters of quality rule {rule} cannot be used: {reason}. Correct them in the entry's rules."


class RuleItemUnknown(JutongError):
    code = "quality.item_unknown"
    zh = "质量规则 {rule} 用到的信息项 {item} 不在目录条目中。请改用条目已有的信息项。"
    en = "The quality rule {rule} reads the item {item}, which the entry does not have. Use one of its items."


class CodeListMissing(JutongError):
    code = "quality.code_list_missing"
    zh = "信息项 {item} 引用的代码集“{name}”不存在。请从平台的代码集中选择，或先导入该代码集。"
    en = "The item {item} refers to the code list {name!r}, which does not exist. Choose one that the platform has."
