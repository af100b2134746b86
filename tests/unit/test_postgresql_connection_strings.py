"""A connection string as the workbench's form takes it."""

from pathlib import Path

import pytest

from jutong.dataflow.connectors import open_connector
from jutong.dataflow.connectors.errors import OptionInvalid, SourceUnreachable

NOWHERE = "postgresql://u:geheim@127.0.0.1:1/registry"


def opened(dsn: str) -> None:
    open_connector("postgresql", {"dsn": dsn, "table": "t"}, root=Path())


def test_a_connection_string_says_where_the_server_is():
    with pytest.raises(SourceUnreachable) as raised:
        opened(NOWHERE)
    assert raised.value.detail["place"] == "127.0.0.1:1/registry"
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://u:geheim@[",
        "geheim",
        f"{NOWHERE}?passfile=/etc/passwd",
        f"{NOWHERE}?service=x",
        f"{NOWHERE}?options=-c%20default_transaction_read_only%3Doff",
    ],
)
def test_a_connection_string_says_nothing_else_and_is_never_repeated(dsn):
    with pytest.raises(OptionInvalid) as raised:
        opened(dsn)
    assert "geheim" not in f"{raised.value} {raised.value.detail}"
