"""Dameng for SQLAlchemy, as far as reading tables needs it: names, dictionary, paging."""

from types import ModuleType
from typing import Any, Final

from sqlalchemy import exc, sql, types
from sqlalchemy.engine import default
from sqlalchemy.engine.url import URL

_COLUMNS: Final = sql.text(
    "SELECT column_name, data_type, data_precision, data_scale, nullable FROM all_tab_columns"
    " WHERE owner = :owner AND table_name = :name ORDER BY column_id"
)
_KEY: Final = sql.text(
    "SELECT c.column_name FROM all_constraints k JOIN all_cons_columns c"
    " ON c.owner = k.owner AND c.constraint_name = k.constraint_name"
    " WHERE k.owner = :owner AND k.table_name = :name AND k.constraint_type = 'P' ORDER BY c.position"
)
_TYPES: Final[dict[str, type[types.TypeEngine[Any]]]] = {
    "INT": types.Integer,
    "INTEGER": types.Integer,
    "TINYINT": types.Integer,
    "SMALLINT": types.Integer,
    "BYTE": types.Integer,
    "BIGINT": types.BigInteger,
    "BIT": types.Boolean,
    "FLOAT": types.Float,
    "REAL": types.Float,
    "DOUBLE": types.Float,
    "DOUBLE PRECISION": types.Float,
    "DATE": types.Date,
    "BLOB": types.LargeBinary,
    "IMAGE": types.LargeBinary,
    "LONGVARBINARY": types.LargeBinary,
    "BINARY": types.LargeBinary,
    "VARBINARY": types.LargeBinary,
}


class DamengDialect(default.DefaultDialect):
    """Names without quotes are kept in capitals, as in Oracle; parameters are question marks."""

    name = "dm"
    driver = "dmpython"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    supports_native_decimal = True
    requires_name_normalize = True
    max_identifier_length = 128

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        import dmPython  # an optional extra

        return dmPython  # type: ignore[no-any-return]

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        return [], {"user": url.username, "password": url.password, "server": url.host, "port": url.port}

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:  # noqa: ARG002
        return (8,)

    def _get_default_schema_name(self, connection: Any) -> str:
        found = connection.execute(sql.text("SELECT SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM DUAL"))
        return self._shown(found.scalar())

    def do_ping(self, dbapi_connection: Any) -> bool:
        with dbapi_connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM DUAL")
        return True

    def _shown(self, name: Any) -> str:
        return str(self.normalize_name(name))  # type: ignore[no-untyped-call]

    def _kept(self, name: str) -> str:
        return str(self.denormalize_name(name))  # type: ignore[no-untyped-call]

    def _where(self, table_name: str, schema: str | None) -> dict[str, Any]:
        owner = schema or self.default_schema_name
        return {
            "owner": self._kept(str(owner)),
            "name": self._kept(table_name),
        }

    def get_columns(  # type: ignore[override]
        self, connection: Any, table_name: str, schema: str | None = None, **_: Any
    ) -> list[dict[str, Any]]:
        rows = connection.execute(_COLUMNS, self._where(table_name, schema)).fetchall()
        if not rows:
            raise exc.NoSuchTableError(table_name)
        return [
            {
                "name": self._shown(name),
                "type": _type(str(kind).upper(), precision, scale),
                "nullable": nullable == "Y",
                "default": None,
            }
            for name, kind, precision, scale, nullable in rows
        ]

    def get_pk_constraint(  # type: ignore[override]
        self, connection: Any, table_name: str, schema: str | None = None, **_: Any
    ) -> dict[str, Any]:
        rows = connection.execute(_KEY, self._where(table_name, schema)).fetchall()
        return {"name": None, "constrained_columns": [self._shown(name) for (name,) in rows]}


def _type(kind: str, precision: int | None, scale: int | None) -> types.TypeEngine[Any]:
    if kind in {"NUMBER", "NUMERIC", "DECIMAL", "DEC"}:
        return types.Numeric(precision or None, scale or 0)
    if kind.startswith(("TIMESTAMP", "DATETIME")):
        return types.DateTime(timezone="TIME ZONE" in kind)
    return _TYPES.get(kind, types.Text)()
