"""The databases that are read through SQLAlchemy: driver, address, opening statements, and what their errors mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import URL
from sqlalchemy.dialects import registry

from jutong.dataflow.connectors.errors import (
    ConnectorError,
    DatabaseMissing,
    SourceUnreachable,
    TableMissing,
)
from jutong.dataflow.connectors.kinds import DATABASE, HOST, PASSWORD, TABLE, USER, KindSpec, Place, port
from jutong.dataflow.connectors.protocol import Capability, OptionSpec
from jutong.dataflow.connectors.server_errors import RightMissing, SignInRefused
from jutong.vocabulary.catalogue import FormatClass

CAPABILITIES: Final = frozenset(
    {
        Capability.SNAPSHOT,
        Capability.TYPED,
        Capability.REMOTE,
        Capability.CURSOR,
        Capability.PUSHDOWN,
    }
)
_TRIED_ZH: Final = (
    "驱动能加载并报告连接失败；读取路径在真实的 PostgreSQL 和 MariaDB 上测试，没有在真实的{}上测试"
)
_TRIED_EN: Final = (
    "The driver loads and reports a failed connection; the reading path is tested on real PostgreSQL and MariaDB "
    "servers, not on a real {}."
)
registry.register("dm.dmpython", "jutong.dataflow.connectors.dameng_dialect", "DamengDialect")
registry.register("kingbase.ksycopg2", "jutong.dataflow.connectors.kingbase_dialect", "KingbaseDialect")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseDialect:
    """One kind of database. The patterns are looked for in what its driver says, and nothing of that is repeated."""

    kind: str
    zh: str
    en: str
    driver: str
    """As SQLAlchemy names it: `dialect+driver`."""
    port: int
    extra: str = ""
    timeout: str = ""
    """The driver's argument for the seconds to wait while connecting."""
    opening: tuple[str, ...] = ()
    """Statements that open a read-only transaction of one snapshot, where the database has them."""
    isolation: str = ""
    service: bool = False
    """The database's name is a service's name (Oracle)."""
    wide_integers: bool = False
    """What reflects as an integer may have up to 38 digits."""
    without_database: bool = False
    """A server is one database (Dameng)."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    no_right: str = ""
    no_database: str = ""
    no_table: str = ""

    def url(self, *, host: str, port: int, database: str, user: str, password: str) -> URL:
        query = {"service_name": database} if self.service else {}
        name = None if self.service or self.without_database else database
        return URL.create(
            self.driver, username=user, password=password, host=host, port=port, database=name, query=query
        )

    def connect_arguments(self, seconds: int) -> dict[str, Any]:
        timeout = {self.timeout: seconds} if self.timeout else {}
        return {**self.arguments, **timeout}

    def translated(self, error: BaseException, *, place: str, table: str) -> ConnectorError:
        """What the server, the driver or the network said, as our error."""
        original = getattr(error, "orig", None) or error
        states = [getattr(original, name, None) or "" for name in ("pgcode", "sqlstate")]
        said = " ".join([str(original), *states])
        if self.refused and re.search(self.refused, said):
            return SignInRefused(place=place)
        if self.no_right and re.search(self.no_right, said):
            return RightMissing(place=place, table=table)
        if self.no_database and re.search(self.no_database, said):
            return DatabaseMissing(place=place.rpartition("/")[0] or place)
        if self.no_table and re.search(self.no_table, said):
            return TableMissing(place=place, table=table)
        return SourceUnreachable(place=place)

    def spec(self) -> KindSpec:
        database = () if self.without_database else (DATABASE,)
        if self.service:
            database = (OptionSpec(name="database", zh="服务名", en="Service name", required=True),)
        return KindSpec(
            kind=self.kind,
            zh=f"{self.zh} 数据库",
            en=f"{self.en} database",
            place=Place.SERVER,
            options=(
                HOST,
                port(self.port),
                *database,
                USER,
                PASSWORD,
                OptionSpec(
                    name="schema",
                    zh="模式",
                    en="Schema",
                    hint_zh="不填取账号的默认模式。",
                    hint_en="Without it the account's own.",
                ),
                TABLE,
            ),
            capabilities=CAPABILITIES,
            format_class=FormatClass.DATABASE,
            format=self.kind,
            tested_zh=_TRIED_ZH.format(self.zh),
            tested_en=_TRIED_EN.format(self.en),
            tables=True,
            extra=self.extra,
        )


SQLSERVER: Final = DatabaseDialect(
    kind="sqlserver",
    zh="SQL Server",
    en="SQL Server",
    driver="mssql+pymssql",
    port=1433,
    extra="sqlserver",
    timeout="login_timeout",
    arguments={"appname": "jutong"},
    opening=("SET LOCK_TIMEOUT 10000",),
    refused=r"\b(18456|18452|916|18486|18487|18488)\b",
    no_right=r"\b(229|230)\b",
    no_database=r"\b(4060|911)\b",
    no_table=r"\b208\b",
)
ORACLE: Final = DatabaseDialect(
    kind="oracle",
    zh="Oracle",
    en="Oracle",
    driver="oracle+oracledb",
    port=1521,
    extra="oracle",
    timeout="tcp_connect_timeout",
    opening=("SET TRANSACTION READ ONLY",),
    service=True,
    wide_integers=True,
    refused=r"ORA-(01017|01045|28000|28001)",
    no_right=r"ORA-(01031|41900)",
    no_database=r"ORA-(12514|12505)|DPY-600[13]",
    no_table=r"ORA-00942",
)
DAMENG: Final = DatabaseDialect(
    kind="dameng",
    zh="达梦",
    en="Dameng",
    driver="dm+dmpython",
    port=5236,
    extra="dameng",
    timeout="login_timeout",
    opening=("SET TRANSACTION READ ONLY",),
    without_database=True,
    refused=r"-(2501|2504|2505|6506)\b",
    no_right=r"-(5504|5505|5567)\b",
    no_table=r"-(2106|2103)\b",
)
KINGBASE: Final = DatabaseDialect(
    kind="kingbase",
    zh="人大金仓 KingbaseES",
    en="KingbaseES",
    driver="kingbase+ksycopg2",
    port=54321,
    extra="kingbase",
    timeout="connect_timeout",
    opening=("SET TRANSACTION READ ONLY", "SET TIME ZONE 'UTC'"),
    isolation="REPEATABLE READ",
    refused=r"\b(28000|28P01)\b|authentication failed|no password supplied|role .* does not exist",
    no_right=r"\b42501\b|permission denied",
    no_database=r"\b3D000\b|database .* does not exist",
    no_table=r"\b(42P01|3F000)\b",
)
DIALECTS: Final = (SQLSERVER, ORACLE, DAMENG, KINGBASE)
