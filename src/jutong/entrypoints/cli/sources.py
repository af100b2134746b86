"""`jutong source`: register sources, test their connection, say what they hold."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from jutong.control.collection import api
from jutong.control.collection.api import SourceDraft
from jutong.dataflow.connectors import (
    KindSpec,
    ReadLimits,
    SourceCheck,
    check_source,
    open_connector,
    profile_source,
    spec_of,
    specs,
)
from jutong.dataflow.connectors.errors import OptionInvalid, PathOutside
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.files import show_profile
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.entrypoints.settings import platform_settings
from jutong.kernel.clock import SystemClock

code_argument = click.argument("code")


@click.group()
def source() -> None:
    """数据源：登记、测试连接、探查、列出。

    Sources of the departments: register, test, profile, list.
    """


@source.command(name="list")
@acting_option
@json_option
def list_sources(*, username: str, as_json: bool) -> None:
    """列出数据源、最近一次连接测试和它们供数的条目。

    List sources, how their newest connection test went, and the entries that they fill.
    """
    found = api.sources(actor_of(username))
    if as_json:
        print_json(
            [
                {
                    "code": row.code,
                    "name": row.name,
                    "department": row.department,
                    "kind": row.kind,
                    "services": list(row.services),
                    "tested_at": row.tested_at,
                    "test_code": row.test_code,
                }
                for row in found
            ]
        )
        return
    header = [("代码", "code"), ("名称", "name"), ("部门", "department"), ("类型", "kind")]
    header += [("连接测试", "connection test"), ("供数条目", "entries")]
    print_table(
        [pick(*names) for names in header],
        [
            (row.code, row.name, row.department_name, row.kind, _tested(row), " ".join(row.services))
            for row in found
        ],
    )


def _tested(row: api.SourceView) -> str:
    if row.tested_at is None:
        return pick("未测", "not yet")
    return row.test_code or pick("通过", "passed")


@source.command(name="kinds")
@json_option
def list_kinds(*, as_json: bool) -> None:
    """列出数据源的类型和各自的参数。

    List the kinds of source and the options of each.
    """
    found = specs()
    if as_json:
        print_json([_kind_json(spec) for spec in found.values()])
        return
    print_table(
        [
            pick("类型", "kind"),
            pick("名称", "name"),
            pick("参数（*必填，#加密）", "options (*required, #sealed)"),
        ],
        [
            (spec.kind, pick(spec.zh, spec.en), " ".join(map(_option_text, spec.options)))
            for spec in found.values()
        ],
    )


def _option_text(option: Any) -> str:
    return f"{option.name}{'*' * option.required}{'#' * option.secret}"


def _kind_json(spec: KindSpec) -> dict[str, Any]:
    return {
        "kind": spec.kind,
        "zh": spec.zh,
        "en": spec.en,
        "place": spec.place.value,
        "capabilities": sorted(spec.capabilities),
        "extra": spec.extra,
        "tested_zh": spec.tested_zh,
        "tested_en": spec.tested_en,
        "options": [
            {
                "name": one.name,
                "zh": one.zh,
                "en": one.en,
                "required": one.required,
                "secret": one.secret,
                "default": one.default,
                "choices": list(one.choices),
            }
            for one in spec.options
        ],
    }


@source.command()
@code_argument
@click.option("--name", required=True, help="名称 Its name.")
@click.option("--department", required=True, help="所属部门代码 The department's code.")
@click.option("--kind", required=True, help="类型，见 jutong source kinds  One of jutong source kinds.")
@click.option("--system", default="", help="信息系统代码 The code of its information system.")
@click.option(
    "-o", "--option", "given", multiple=True, metavar="NAME=VALUE", help="参数，可多次 An option, repeatable."
)
@click.option(
    "--secret", "asked", multiple=True, metavar="NAME", help="提示输入的加密参数 A secret that is asked for."
)
@click.option(
    "--secret-file", "filed", multiple=True, metavar="NAME=FILE", help="从文件读取 A secret from a file."
)
@click.option(
    "--secret-env", "named", multiple=True, metavar="NAME=VARIABLE", help="从环境变量读取 From a variable."
)
@acting_option
@json_option
def add(  # one parameter an option of the command
    code: str,
    *,
    name: str,
    department: str,
    kind: str,
    system: str,
    given: Sequence[str],
    asked: Sequence[str],
    filed: Sequence[str],
    named: Sequence[str],
    username: str,
    as_json: bool,
) -> None:
    """登记一个数据源。口令等加密参数不在命令行中给出。

    Register a source. Secrets are never given on the command line, where other people of the machine see them.
    """
    spec = spec_of(kind)
    options = _pairs(given)
    for option in spec.options:
        if option.secret and option.name in options:
            raise click.UsageError(
                pick(
                    f"{option.name} 是加密参数，请用 --secret、--secret-file 或 --secret-env 给出。",
                    f"{option.name} is a secret: give it by --secret, --secret-file or --secret-env.",
                )
            )
    secrets = _secrets(asked, _pairs(filed), _pairs(named))
    spec.refuse_unknown(options | secrets)
    for missing in spec.missing(options | secrets):
        raise OptionInvalid(option=missing.name, reason_zh="不能为空", reason_en="it must not be empty")
    if spec.leaves_department(options, department):
        raise PathOutside
    draft = SourceDraft(
        code=code,
        name=name,
        department=department,
        kind=kind,
        system=system,
        options=options,
        secret_options=secrets,
    )
    view = api.add_source(actor_of(username), draft, home=platform_settings().data_home, clock=SystemClock())
    if as_json:
        print_json({"code": view.code, "kind": view.kind, "department": view.department})
        return
    say(
        f"已登记数据源 {view.code}。请运行 jutong source test {view.code} 测试连接。",
        f"The source {view.code} is registered. Run jutong source test {view.code} to test its connection.",
    )


def _pairs(given: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not (name and sign):
            raise click.UsageError(
                pick("参数应写作 名称=值。", "Write an option as NAME=VALUE.")
            )  # the text is not repeated: it may be a secret
        found[name] = value
    return found


def _secrets(asked: Sequence[str], filed: Mapping[str, str], named: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, path in filed.items():
        try:
            found[name] = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(
                pick(f"读不出文件 {path}。", f"The file {path} cannot be read.")
            ) from error
    for name, variable in named.items():
        if variable not in os.environ:
            raise click.UsageError(pick(f"没有环境变量 {variable}。", f"There is no variable {variable}."))
        found[name] = os.environ[variable]
    for name in asked:
        found[name] = click.prompt(name, hide_input=True, err=True)
    return found


@source.command(name="test")
@code_argument
@acting_option
@json_option
def test_connection(code: str, *, username: str, as_json: bool) -> None:
    """测试连接，说明卡在哪一步、怎么办。通过退出码为 0，没有通过为 1。

    Test the connection and say which step fails and what to do. Exit code 0 when it passed, 1 when not.
    """
    actor, home = actor_of(username), platform_settings().data_home
    kind, options = api.source_options(actor, code, home=home)
    found = check_source(kind, options, root=home.sources, limits=ReadLimits.from_environment())
    api.record_test(actor, code, error_code=found.code, detail=found.to_dict(), clock=SystemClock())
    if as_json:
        print_json({"source": code, **found.to_dict()})
    else:
        _show_check(found)
    sys.exit(0 if found.passed else 1)


def _show_check(found: SourceCheck) -> None:
    marks = {True: "✓", False: "✗", None: "–"}
    for step in found.steps:
        said = step.zh if language() == "zh" else step.en
        click.echo(f"{marks[step.passed]} {step.step.label(language())}{'  ' + said if said else ''}")
    if found.code:
        click.echo(f"[{found.code}]", err=True)


@source.command()
@code_argument
@acting_option
@json_option
def profile(code: str, *, username: str, as_json: bool) -> None:
    """探查一个已登记的数据源：每列的类型和含义、空值、发现的问题。

    Say what a registered source holds: each column's type and meaning, empty values, findings.
    """
    actor, home = actor_of(username), platform_settings().data_home
    view = api.source(actor, code)
    kind, options = api.source_options(actor, code, home=home)
    connector = open_connector(kind, options, root=home.sources, limits=ReadLimits.from_environment())
    found = profile_source(connector, name=view.name)
    if as_json:
        print_json(found.to_dict())
    else:
        show_profile(found)
