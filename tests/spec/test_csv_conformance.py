"""Public suites of tables: what becomes of every file is known, and why where it is not what a plain reader gives."""

import json
import warnings
from pathlib import Path

import pytest

from tests.support.conformance import SUITES, outcome, tables_of

KNOWN = json.loads(Path(__file__).with_name("csv_conformance.json").read_text(encoding="utf-8"))


@pytest.mark.real_data
@pytest.mark.parametrize("suite", SUITES)
def test_every_table_of_a_suite_is_read_as_listed(suite, real_data):
    folder, known = real_data / "8_conformance" / suite, KNOWN["suites"][suite]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl's, about styles
        found = {str(path.relative_to(folder)): outcome(path) for path in tables_of(folder)}
    assert {name: one for name, one in found.items() if one != "same"} == {
        name: one for name, (one, _) in known["others"].items()
    }
    assert (len(found), list(found.values()).count("same")) == (known["files"], known["same"])


def test_every_miss_has_a_reason():
    listed = [reason for suite in KNOWN["suites"].values() for _, reason in suite["others"].values()]
    assert set(listed) == set(KNOWN["reasons"])
