"""The texts of `text_hashes` as a MariaDB or MySQL server writes them, by column and by what the entry makes of it.

A value that the entry refuses, and a few rare spellings, become null here: such a row looks different and is then
compared by value. Whole combinations that the server cannot write alike give no expression; a proof says so.
"""

from typing import Final

from jutong.dataflow.connectors.mariadb_columns import MariadbColumn
from jutong.dataflow.connectors.mariadb_session import backticked
from jutong.vocabulary.catalogue import DataType

WHOLE: Final = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "year"})
_TEXTS: Final = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"})
_AS_TEXT: Final = frozenset({"time", "uuid", "inet4", "inet6"})
_LIKE_TEXT: Final = frozenset({DataType.TEXT, DataType.MEMO, DataType.GENERAL})
_DOUBLES: Final = frozenset({DataType.NUMBER, DataType.DOUBLE, DataType.FLOAT})
_SUMMERS: Final = (  # UTC hours in which Shanghai was 9 hours ahead (tz database, since 1970)
    ("1986-05-03 18", "1986-09-13 17"),
    ("1987-04-11 18", "1987-09-12 17"),
    ("1988-04-16 18", "1988-09-10 17"),
    ("1989-04-15 18", "1989-09-16 17"),
    ("1990-04-14 18", "1990-09-15 17"),
    ("1991-04-13 18", "1991-09-14 17"),
)
_DAY: Final = "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
_TIME: Final = "[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
_FORMS: Final = {
    DataType.INTEGER: ("^[+-]?[0-9]{1,18}([.]0*)?$", "CAST({t} AS SIGNED)"),
    DataType.MONEY: ("^[+-]?[0-9]{1,14}([.][0-9]{0,4}0*)?$", "CAST({t} AS DECIMAL(18,4))"),
    DataType.DATE: (f"^([0-9]{{8}}|{_DAY}({_TIME})?)$", "CAST(REPLACE({t}, '/', '-') AS DATE)"),
    DataType.TIMESTAMP: (
        f"^([0-9]{{8}}([0-9]{{6}})?|{_DAY}({_TIME})?)$",
        "CAST(REPLACE({t}, '/', '-') AS DATETIME(6))",
    ),
}
_NUMBER: Final = "^[+-]?([0-9]{1,200}[.]?[0-9]{0,200}|[.][0-9]{1,200})([eE][+-]?[0-9]{1,2})?$"
_EXISTS: Final = 366
"""`TO_DAYS` of 0001-01-01: what lies before is null in the pool."""


def canonical(column: MariadbColumn, data_type: DataType) -> str | None:
    """SQL of the value's text, null for none; None where the server cannot write what the pool has."""
    kind = column.data_type
    if data_type in _LIKE_TEXT:
        return _as_text(column)
    if kind in _TEXTS:
        return _of_text(f"TRIM({_utf8(column)})", data_type)
    if column.dated:
        return _of_moment(column, data_type)
    if kind in WHOLE or kind == "decimal" or (kind == "bit" and column.precision > 1):
        number = (
            f"({backticked(column.name)} + 0)"
            if "zerofill" in column.column_type or kind in {"year", "bit"}
            else backticked(column.name)
        )
        fits = kind != "decimal" or (column.scale <= 4 and column.precision - column.scale <= 14)
        return _of_number(number, data_type, whole=kind != "decimal", fits=fits)
    if kind == "bit" and data_type is DataType.BOOLEAN:
        return f"({backticked(column.name)} + 0)"
    return _of_double(backticked(column.name), data_type) if kind == "double" else None


def key_text(column: MariadbColumn) -> str | None:
    """SQL of a key as bytes: of what has a text; None for the rest."""
    text = _as_text(column)
    return None if text is None else f"CAST({text} AS BINARY)"


def _utf8(column: MariadbColumn) -> str:
    return f"CONVERT({backticked(column.name)} USING utf8mb4)"


def _as_text(column: MariadbColumn) -> str | None:
    name, kind = backticked(column.name), column.data_type
    if kind in _TEXTS:
        return _utf8(column)
    if kind in WHOLE or (kind == "bit" and column.precision > 1):
        return f"CAST({name} + 0 AS CHAR)"
    if kind == "bit":
        return f"IF({name}, 'true', IF({name} IS NULL, NULL, 'false'))"
    if kind == "decimal":
        return f"CAST({name} + 0 AS CHAR)"
    if column.dated:
        text = f"CAST({_moment(column)} AS CHAR)"
        if "(" in column.column_type:
            text = f"TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM {text}))"
        return text
    return f"CAST({name} AS CHAR)" if kind in _AS_TEXT else None


def _moment(column: MariadbColumn) -> str:
    """As the pool has it: the clock in Shanghai; null for a day that does not exist."""
    name = backticked(column.name)
    value = name
    if column.data_type == "timestamp":
        summer = " OR ".join(
            f"({name} >= '{begin}:00:00' AND {name} < '{end}:00:00')" for begin, end in _SUMMERS
        )
        early = f"{name} < '1992-01-01'"
        value = f"({name} + INTERVAL IF({early} AND ({summer}), 9, 8) HOUR)"
    return f"IF(TO_DAYS({name}) >= {_EXISTS}, {value}, NULL)"


def _of_moment(column: MariadbColumn, data_type: DataType) -> str | None:
    if data_type is DataType.DATE:
        return f"CAST({_moment(column)} AS DATE)"
    if data_type is DataType.TIMESTAMP:
        return f"CAST({_moment(column)} AS DATETIME(6))"
    return None


def _of_number(number: str, data_type: DataType, *, whole: bool, fits: bool) -> str | None:
    if data_type is DataType.INTEGER:
        return number if whole else f"IF({number} = TRUNCATE({number}, 0), TRUNCATE({number}, 0), NULL)"
    if data_type is DataType.MONEY:
        money = f"CAST({number} AS DECIMAL(18,4))"
        return money if fits else f"IF({money} = {number}, {money}, NULL)"
    if data_type is DataType.BOOLEAN:
        return f"CASE {number} WHEN 1 THEN 1 WHEN 0 THEN 0 END" if whole else None
    if data_type in {DataType.DATE, DataType.TIMESTAMP}:
        return _of_text(f"CAST({number} AS CHAR)", data_type) if whole else None
    return _double(f"({number} + 0e0)")


def _of_double(name: str, data_type: DataType) -> str | None:
    if data_type is DataType.INTEGER:
        return f"IF({name} = FLOOR({name}) AND ABS({name}) < 1e16, CAST({name} AS SIGNED), NULL)"
    if data_type is DataType.MONEY:
        money = f"CAST({name} AS DECIMAL(18,4))"
        return f"IF({money} = {name}, {money}, NULL)"
    return _double(name) if data_type in _DOUBLES else None


def _of_text(text: str, data_type: DataType) -> str:
    if data_type is DataType.BOOLEAN:
        return (
            f"CASE WHEN LOWER({text}) IN ('1', 'true', 't', 'y', 'yes', '是') THEN 1 "
            f"WHEN LOWER({text}) IN ('0', 'false', 'f', 'n', 'no', '否') THEN 0 END"
        )
    if data_type in _FORMS:
        pattern, value = _FORMS[data_type]
        return f"IF({text} REGEXP '{pattern}', {value.format(t=text)}, NULL)"
    return f"IF({text} REGEXP '{_NUMBER}', {_double(f'({text} + 0e0)')}, NULL)"


def _double(value: str) -> str:
    whole = f"FLOOR(ABS({value}))"
    rest = f"FLOOR((ABS({value}) - {whole}) * 4611686018427387904e0)"
    return (
        f"CASE WHEN {value} = 0 THEN '0' WHEN NOT ABS({value}) BETWEEN 1e-20 AND 9e18 THEN CAST({value} AS CHAR) "
        f"WHEN {value} IS NOT NULL THEN CONCAT(IF({value} < 0, '-', ''), CAST({whole} AS SIGNED), ':', "
        f"CAST({rest} AS SIGNED)) END"
    )
