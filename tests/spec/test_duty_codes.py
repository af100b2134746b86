"""Codes of duties: which shape, and what they say. The provincial codes are published ones of one county."""

import pytest

from jutong.control.duties.codes import parse_duty_code, stem_of
from jutong.control.duties.terms import CodeShape, TaskType

NATIONAL = "11370800MB285591843370117002011"

CODES = [
    # code, shape, task type, region, body, credit code
    ("370117002011", CodeShape.BASIC, TaskType.LICENCE, "", "", ""),
    (NATIONAL, CodeShape.IMPLEMENTATION, TaskType.LICENCE, "370800", "11370800MB28559184", "11370800MB28559184"),
    (f"{NATIONAL}01", CodeShape.HANDLING, TaskType.LICENCE, "370800", "11370800MB28559184", "11370800MB28559184"),
    (
        "511Z07001006-511602000000-000-11511301008778183N-1-00",
        CodeShape.PROVINCIAL,
        TaskType.OTHER_POWER,
        "511602",
        "11511301008778183N",
        "11511301008778183N",
    ),
    (
        "G-000007-001-511602000000-000-115113010833722043-1-00",
        CodeShape.PROVINCIAL,
        TaskType.BENEFIT,
        "511602",
        "115113010833722043",
        "115113010833722043",
    ),
    (
        "512B0053300007-511602000000-000-083372204-1-00",
        CodeShape.PROVINCIAL,
        TaskType.PUBLIC_SERVICE,
        "511602",
        "083372204",
        "",
    ),
    ("E-000021-001-1111111111111111", CodeShape.OTHER, None, "", "", ""),
    ("", CodeShape.OTHER, None, "", "", ""),
    ("11370800MB285591853370117002011", CodeShape.OTHER, None, "", "", ""),  # the body fails its check
    ("ＡＢＣ", CodeShape.OTHER, None, "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shape", "task_type", "region", "body", "uscc"), CODES)
def test_a_code_says_what_its_shape_holds(text, shape, task_type, region, body, uscc):
    code = parse_duty_code(f" {text} ")
    assert code.raw == text
    assert (code.shape, code.task_type, code.region, code.body, code.uscc) == (
        shape, task_type, region, body, uscc,
    )  # fmt: skip


def test_siblings_share_the_stem_of_their_code():
    one, other = (
        parse_duty_code(f"511Z0700100{last}-511602000000-000-11511301008778183N-1-00") for last in "67"
    )
    assert stem_of(one) == stem_of(other) == "511Z07001"
    assert stem_of(parse_duty_code(NATIONAL)) == "370117002"
    assert stem_of(parse_duty_code("E-000021")) == ""
