"""Closed lists of the inspection."""

from jutong.vocabulary.terms import Term


class InspectionStatus(Term):
    """体检状态."""

    REQUESTED = "requested", "1", "等待执行", "Waiting"
    DONE = "done", "2", "已完成", "Done"


class FindingState(Term):
    """问题状态: how a finding stands towards the inspection before and those who deal with it."""

    NEW = "new", "1", "新发现", "New"
    STANDING = "standing", "2", "未整改", "Still there"
    WAIVED = "waived", "3", "已豁免", "Waived"
    GONE = "gone", "4", "已整改", "Gone"


class FixOutcome(Term):
    """What became of the safe repairs of one entry."""

    SAVED = "saved", "1", "已修正草稿", "Draft mended"
    CHANGED = "changed", "2", "已起草变更", "Change begun"
    NOTHING = "nothing", "3", "无可自动修正的内容", "Nothing to mend by itself"
    SKIPPED = "skipped", "4", "未修正", "Left alone"
