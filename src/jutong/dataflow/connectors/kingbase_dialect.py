"""KingbaseES for SQLAlchemy: PostgreSQL's dialect over Kingbase's own build of psycopg2."""

from types import ModuleType
from typing import Any

from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2


class KingbaseDialect(PGDialect_psycopg2):
    """The server calls itself `KingbaseES V008R006 …`, which PostgreSQL's dialect cannot read as a version."""

    name = "kingbase"
    driver = "ksycopg2"
    supports_statement_cache = True
    use_native_hstore = False

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        import ksycopg2  # an optional extra

        return ksycopg2  # type: ignore[no-any-return]

    @property
    def _psycopg2_extras(self) -> Any:
        from ksycopg2 import extras

        return extras

    @property
    def _psycopg2_extensions(self) -> Any:
        from ksycopg2 import extensions

        return extensions

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:  # noqa: ARG002
        return (12, 0)
