"""Adding many rows to one table: COPY where the database has it, else one prepared statement for all.

`bulk_create` compiles every value of every row into its statements; with the columns of a whole city's catalogue that
took longer than everything else in an import.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from django.db import connection, models

Convert: TypeAlias = Callable[[Any], Any]
Column: TypeAlias = "models.Field[Any, Any]"


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows given as the values of the columns `names` (`attname`s); the others take the model's defaults.

    Raises:
        IntegrityError: a row breaks a constraint; of deferred ones the end of the transaction speaks.
    """
    columns = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001  # Django's documented API
    rest = [field for name, field in columns.items() if name not in names and not _is_given(field)]
    fields = [*(columns[name] for name in names), *rest]
    defaults = [field.get_default() for field in rest]
    # Whole before the first is sent: making them may ask the same connection.
    stored = list(_stored(fields, ([*row, *defaults] for row in rows)))
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  # Django's documented API
    into = f"{table} ({', '.join(connection.ops.quote_name(str(field.column)) for field in fields)})"
    if connection.vendor == "postgresql":
        _copy(into, stored)
    else:
        blanks = ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {into} VALUES ({blanks})", stored)  # noqa: S608  # names of our own tables


def _is_given(field: Column) -> bool:
    """Whether the database numbers the row itself."""
    return isinstance(field, models.AutoField)


def _copy(into: str, rows: Iterable[Sequence[Any]]) -> None:
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {into} FROM STDIN") as copying,
    ):
        for row in rows:
            copying.write_row(row)


def _stored(fields: Sequence[Column], rows: Iterable[list[Any]]) -> Iterable[list[Any]]:
    """Each row as the database takes it."""
    converted = [(place, convert) for place, field in enumerate(fields) if (convert := _converter(field))]
    for row in rows:
        for place, convert in converted:
            row[place] = convert(row[place])
        yield row


def _converter(field: Column) -> Convert | None:
    """How a value of the column is stored; None where it is stored as it is."""
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateTimeField) and connection.vendor != "postgresql":
        return _Instants().__getitem__
    if isinstance(field, models.DateField) and connection.vendor != "postgresql":
        return connection.ops.adapt_datefield_value
    return None


def _json(value: Any) -> str | None:
    return "[]" if value == [] else json.dumps(value) if value is not None else None


class _Instants(dict[datetime | None, Any]):
    """An instant → how it is stored: rows of one act have the same."""

    def __missing__(self, at: datetime | None) -> Any:
        self[at] = stored = connection.ops.adapt_datetimefield_value(at)
        return stored
