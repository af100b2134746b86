"""The error hierarchy: a stable code, both languages, one shape."""

import pytest

from jutong.kernel.errors import EXIT_CODE, HTTP_STATUS, ErrorKind, JutongError, error_codes


class SourceAsleep(JutongError):
    code = "tests.source_asleep"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "来源“{source}”没有应答。请稍后重试。"
    en = "The source {source} does not answer. Try again later."


def test_an_error_speaks_both_languages_and_keeps_its_code():
    error = SourceAsleep(source="人口库")
    assert error.message("zh") == "来源“人口库”没有应答。请稍后重试。"
    assert str(error) == "The source 人口库 does not answer. Try again later."
    assert error.as_dict("zh", "req_1") == {
        "code": "tests.source_asleep",
        "message": "来源“人口库”没有应答。请稍后重试。",
        "detail": {"source": "人口库"},
        "request_id": "req_1",
    }


def test_a_blank_without_its_detail_stays_visible_rather_than_failing():
    assert "<source>" in SourceAsleep().message("zh")


def test_an_error_without_a_message_in_both_languages_cannot_be_defined():
    with pytest.raises(TypeError, match="both languages"):
        type("Mute", (JutongError,), {"code": "tests.mute", "zh": "", "en": "x"})


def test_a_code_belongs_to_one_error_only():
    with pytest.raises(TypeError, match="taken"):
        type("Other", (JutongError,), {"code": "tests.source_asleep", "zh": "甲", "en": "a"})


def test_every_kind_has_a_status_and_an_exit_code():
    assert set(HTTP_STATUS) == set(EXIT_CODE) == set(ErrorKind)
    assert "tests.source_asleep" in error_codes()
