"""One table of a database that has no path of its own: read through SQLAlchemy and its DB-API driver."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import NoSuchModuleError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from jutong.dataflow.connectors.errors import (
    ColumnMissing,
    DriverMissing,
    OptionInvalid,
    TableMissing,
    TooManyColumns,
)
from jutong.dataflow.connectors.kinds import KindSpec
from jutong.dataflow.connectors.options import number_option, text_option
from jutong.dataflow.connectors.protocol import Finding, Part, RejectedLine, RejectedLines
from jutong.dataflow.connectors.rows_as_arrow import batch_of
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.sqlalchemy_dialects import CAPABILITIES, DatabaseDialect
from jutong.dataflow.connectors.sqlalchemy_types import arrow_type, bound_value, reader_of, value_text


@dataclass(frozen=True)
class SqlAlchemyKind:
    """Opens tables of one kind of database; stands in the registry in the place of a class."""

    dialect: DatabaseDialect

    @property
    def spec(self) -> KindSpec:
        return self.dialect.spec()

    def __call__(
        self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits
    ) -> "SqlAlchemyConnector":
        del root  # a server is not below the sources folder
        self.spec.refuse_unknown(options)
        return SqlAlchemyConnector(self.dialect, options, limits=limits)


class SqlAlchemyConnector:
    """One table or view. A value that does not fit its column's type sets its row aside (`type_mismatch`)."""

    capabilities = CAPABILITIES

    def __init__(self, dialect: DatabaseDialect, options: Mapping[str, Any], *, limits: ReadLimits) -> None:
        self.kind = dialect.kind
        self._dialect = dialect
        self._limits = limits
        self._table_name = text_option(options, "table")
        self._schema_name = text_option(options, "schema") or None
        self._engine, self._place = engine_of(dialect, options, limits)
        self._rejected = self._no_rejected()
        with self._session() as connection:
            self._table = self._find_table(connection)
        wide = dialect.wide_integers
        self._schema = pa.schema(
            [(column.name, arrow_type(column.type, wide_integers=wide)) for column in self._table.columns]
        )
        if len(self._schema.names) > limits.max_columns:
            raise TooManyColumns(
                name=self._table_name, columns=len(self._schema.names), limit=limits.max_columns
            )

    def columns(self) -> tuple[str, ...]:
        return tuple(self._schema.names)

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        return ()

    def describe(self) -> dict[str, Any]:
        key = [column.name for column in self._table.primary_key]
        described = {"place": self._place, "table": self._table_name, "primary_key": key}
        return {**described, "schema": self._schema_name} if self._schema_name else described

    def read(self) -> Iterator[pa.RecordBatch]:
        return self.read_part(Part())

    def read_part(self, part: Part) -> Iterator[pa.RecordBatch]:
        """As `read`, of the selected rows and columns; with `limit` and a bounded column in that column's order."""
        self._rejected = self._no_rejected()
        schema = pa.schema([self._field(name) for name in part.columns or self._schema.names])
        readers = [reader_of(column.type) for column in schema]
        query = self._query(part, schema.names)
        number = 0
        with self._session() as connection:
            found = connection.execution_options(
                stream_results=True, max_row_buffer=self._limits.batch_rows
            ).execute(query)
            while rows := found.fetchmany(self._limits.batch_rows):
                batch = batch_of(rows, schema, readers, before=number, rejected=self._rejected)
                number += len(rows)
                if batch.num_rows:
                    yield batch

    def greatest(self, column: str) -> str | None:
        self._field(column)
        with self._session() as connection:
            found = connection.execute(sa.select(sa.func.max(self._table.c[column]))).scalar()
        return value_text(found)

    def _query(self, part: Part, names: Sequence[str]) -> "sa.Select[Any]":
        query = sa.select(*(self._table.c[name] for name in names))
        for name, value in part.equal.items():
            bound = self._bound(name, value)
            query = query.where(self._table.c[name] == bound)
        if part.column:
            column = self._table.c[self._field(part.column).name]
            if part.lower is not None:
                query = query.where(column >= self._bound(part.column, part.lower))
            if part.upper is not None:
                query = query.where(column < self._bound(part.column, part.upper))
        key = list(self._table.primary_key)
        if part.limit is None:
            return query
        first = [self._table.c[part.column]] if part.column else []
        return query.order_by(*first, *(one for one in key if one not in first)).limit(part.limit)

    def _bound(self, name: str, text: str) -> "sa.BindParameter[Any]":
        return sa.literal(bound_value(name, self._field(name).type, text), self._table.c[name].type)

    def _field(self, name: str) -> pa.Field:
        if name not in self._schema.names:
            raise ColumnMissing(name=self._table_name, column=name)
        return self._schema.field(name)

    def _find_table(self, connection: sa.Connection) -> sa.Table:
        inspector = sa.inspect(connection)
        try:
            columns = inspector.get_columns(self._table_name, schema=self._schema_name)
        except NoSuchTableError as error:
            raise TableMissing(place=self._place, table=self._table_name) from error
        if not columns:
            raise TableMissing(place=self._place, table=self._table_name)
        key = inspector.get_pk_constraint(self._table_name, schema=self._schema_name)
        keys = key.get("constrained_columns") or []
        return sa.Table(
            self._table_name,
            sa.MetaData(),
            *(
                sa.Column(column["name"], column["type"], primary_key=column["name"] in keys)
                for column in columns
            ),
            schema=self._schema_name,
        )

    @contextmanager
    def _session(self) -> Iterator[sa.Connection]:
        try:
            with opened(self._engine, self._dialect) as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise self._dialect.translated(error, place=self._place, table=self._table_name) from error

    def _no_rejected(self) -> RejectedLines:
        return RejectedLines(name=self._table_name, limit=self._limits.max_rejected)


@contextmanager
def opened(engine: sa.Engine, dialect: DatabaseDialect) -> Iterator[sa.Connection]:
    """A connection in the transaction that the dialect opens; it is rolled back."""
    with engine.connect() as connection:
        for statement in dialect.opening:
            connection.exec_driver_sql(statement)
        yield connection


def engine_of(
    dialect: DatabaseDialect, options: Mapping[str, Any], limits: ReadLimits
) -> tuple[sa.Engine, str]:
    """An engine without a pool, and the place as people read it.

    Raises:
        DriverMissing: the extra with this database's driver is not installed.
        OptionInvalid: something is missing or malformed.
    """
    for option in dialect.spec().missing(options):
        raise OptionInvalid(option=option.name, reason_zh="不能为空", reason_en="it must not be empty")
    host, database = text_option(options, "host"), text_option(options, "database")
    number = number_option(options, "port", dialect.port, low=1, high=65535)
    url = dialect.url(
        host=host,
        port=number,
        database=database,
        user=text_option(options, "user"),
        password=text_option(options, "password"),
    )
    isolation: dict[str, Any] = {"isolation_level": dialect.isolation} if dialect.isolation else {}
    try:
        engine = sa.create_engine(
            url,
            poolclass=NullPool,
            connect_args=dialect.connect_arguments(limits.connect_timeout_s),
            hide_parameters=True,
            **isolation,
        )
    except (ImportError, NoSuchModuleError) as error:
        raise DriverMissing(kind_zh=dialect.zh, kind_en=dialect.en, extra=dialect.extra) from error
    return engine, f"{host}:{number}/{database}"
