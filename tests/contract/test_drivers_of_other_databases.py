"""SQL Server, Oracle, Dameng, KingbaseES: without a server of them, what can be held is that each driver loads, says
that nothing answers, and that a driver which is not installed is named with its extra."""

import sys
from dataclasses import replace

import pytest
import sqlalchemy as sa

from jutong.dataflow.connectors import ReadLimits, open_connector, spec_of
from jutong.dataflow.connectors.errors import DriverMissing, OptionInvalid, SourceUnreachable
from jutong.dataflow.connectors.server_errors import RightMissing, SignInRefused
from jutong.dataflow.connectors.sqlalchemy_dialects import DAMENG, DIALECTS, KINGBASE, ORACLE, SQLSERVER
from jutong.dataflow.connectors.sqlalchemy_tables import engine_of

MODULES = {"sqlserver": "pymssql", "oracle": "oracledb", "dameng": "dmPython", "kingbase": "ksycopg2"}
LIMITS = replace(ReadLimits(), connect_timeout_s=2)


def given(dialect, **change):
    options = {"host": "127.0.0.1", "port": 1, "user": "u", "password": "s3cret-value", "table": "t"}
    return options | ({} if dialect.without_database else {"database": "d"}) | change


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.kind)
def test_a_server_that_is_down_is_said_and_the_password_is_not(dialect, tmp_path):
    with pytest.raises(SourceUnreachable) as raised:
        open_connector(dialect.kind, given(dialect), root=tmp_path, limits=LIMITS)
    assert "s3cret" not in f"{raised.value}{raised.value.detail}{raised.value.__cause__}"


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.kind)
def test_a_driver_that_is_not_installed_is_named_with_its_extra(dialect, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, MODULES[dialect.kind], None)
    with pytest.raises(DriverMissing) as raised:
        open_connector(dialect.kind, given(dialect), root=tmp_path, limits=LIMITS)
    assert f"jutong[{spec_of(dialect.kind).extra}]" in raised.value.message("zh")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.kind)
def test_what_is_required_is_asked_for(dialect, tmp_path):
    for option in spec_of(dialect.kind).options:
        if option.required:
            with pytest.raises(OptionInvalid) as raised:
                open_connector(
                    dialect.kind, given(dialect, **{option.name: ""}), root=tmp_path, limits=LIMITS
                )
            assert raised.value.detail["option"] == option.name


@pytest.mark.parametrize(
    ("dialect", "paged"),
    [
        (SQLSERVER, "SELECT TOP"),
        (ORACLE, "FETCH FIRST"),
        (DAMENG, "LIMIT"),
        (KINGBASE, "LIMIT"),
    ],
    ids=lambda one: getattr(one, "kind", ""),
)
def test_each_speaks_its_own_sql_and_names_cannot_end_a_statement(dialect, paged):
    engine, _ = engine_of(dialect, given(dialect), LIMITS)
    table = sa.Table("t", sa.MetaData(), sa.Column('a"] ; DROP TABLE t; --', sa.String))
    column = next(iter(table.c))
    query = sa.select(table).where(column >= sa.literal("x' OR 1=1")).order_by(column).limit(5)
    said = str(query.compile(engine, compile_kwargs={"render_postcompile": True}))
    assert paged in said
    assert "OR 1=1" not in said
    assert ('"a""] ; DROP' in said) or ('[a"]] ; DROP' in said)


@pytest.mark.parametrize(
    ("dialect", "said", "error"),
    [
        (SQLSERVER, "(18456, b\"Login failed for user 'u'.\")", SignInRefused),
        (ORACLE, "ORA-01017: invalid username/password; logon denied", SignInRefused),
        (DAMENG, "[CODE:-2501]Invalid username or password", SignInRefused),
        (KINGBASE, 'FATAL:  password authentication failed for user "u"', SignInRefused),
        (SQLSERVER, "(229, b\"The SELECT permission was denied on the object 't'\")", RightMissing),
        (DAMENG, "[CODE:-5504]No select privilege on table [t]", RightMissing),
        (KINGBASE, "permission denied for table t", RightMissing),
        (ORACLE, "DPY-6005: cannot connect to database", SourceUnreachable),
    ],
)
def test_what_a_server_says_against_us_is_told_apart(dialect, said, error):
    assert type(dialect.translated(RuntimeError(said), place="h:1/d", table="t")) is error
