"""The one error shape, and what a code turns into outside."""

from jutong.kernel.errors import EXIT_CODE, HTTP_STATUS, ErrorKind, JutongError


class ForThisTest(JutongError):
    code = "tests.for_this_test"
    zh = "“{name}”不行。请换一个。"
    en = "{name} will not do. Choose another."


def test_an_error_is_code_message_detail_and_request_id_in_the_language_asked_for():
    assert ForThisTest(name="甲").as_dict("zh", "r-1") == {
        "code": "tests.for_this_test",
        "message": "“甲”不行。请换一个。",
        "detail": {"name": "甲"},
        "request_id": "r-1",
    }
    assert ForThisTest(name="A").as_dict("en")["message"] == "A will not do. Choose another."


def test_every_kind_of_error_has_its_status_and_exit_code():
    assert set(HTTP_STATUS) == set(EXIT_CODE) == set(ErrorKind)
    assert all(400 <= status < 600 for status in HTTP_STATUS.values())
    assert all(code >= 3 for code in EXIT_CODE.values()), "0, 1 and 2 are taken"
