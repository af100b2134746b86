"""Names of columns, made of whatever stands in a header."""

import pytest

from jutong.dataflow.connectors.headers import column_names


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["a", "a", "a"], ("a", "a_2", "a_3")),
        (["a", "a_2", "a"], ("a", "a_2", "a_3")),
        (["a", "a", "a_2", "a"], ("a", "a_2", "a_2_2", "a_3")),
        (["", "列1", ""], ("列1", "列1_2", "列3")),
        (["序\n号", " 序号 "], ("序号", "序号_2")),
    ],
)
def test_repeated_and_blank_names_get_numbers(cells, names):
    assert column_names(cells)[0] == names


@pytest.mark.parametrize("cell", ["", "a", "a_2"])
def test_a_header_of_a_hundred_thousand_cells_is_named_without_holding_anyone_up(cell):
    names, _ = column_names([cell] * 100_000)  # compared pair by pair it took minutes
    assert len(set(names)) == 100_000
