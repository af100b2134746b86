"""Refusals of identifiers. No message ever repeats the value."""

from jutong.kernel.errors import ErrorKind, JutongError
from jutong.vocabulary.identifiers.reasons import Reason


class IdentifierInvalid(JutongError):
    """An identifier that breaks its standard; `detail["reason"]` is the stable reason code."""

    code = "vocabulary.identifier_invalid"
    zh = "{kind_zh}不符合规定：{reason_zh}"
    en = "Not a valid {kind_en}: {reason_en}"

    def __init__(self, *, kind: str, kind_zh: str, kind_en: str, reason: Reason) -> None:
        super().__init__(
            kind=kind,
            kind_zh=kind_zh,
            kind_en=kind_en,
            reason=reason.value,
            reason_zh=reason.zh,
            reason_en=reason.en,
        )
        self.reason = reason


class IdentifierKindUnknown(JutongError):
    code = "vocabulary.identifier_kind_unknown"
    kind = ErrorKind.NOT_FOUND
    zh = "没有名为“{kind}”的标识类型。可用类型：{known}。请改用其中之一。"
    en = "There is no kind of identifier called “{kind}”. Use one of: {known}."
