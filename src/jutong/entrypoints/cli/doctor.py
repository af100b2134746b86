"""`jutong doctor`: is this machine fit to run the platform?"""

import sys

import click

from jutong.entrypoints.cli.output import json_option, language, print_json
from jutong.entrypoints.doctor import render_checks, run_checks
from jutong.entrypoints.settings import platform_settings


@click.command()
@json_option
def doctor(*, as_json: bool) -> None:
    """检查运行环境：版本、端口、磁盘、字体、引擎，说明缺什么、怎么办。

    Check versions, ports, disk, fonts and engines; say what is missing and what to do.
    """
    checks = run_checks(platform_settings())
    if as_json:
        print_json([check.to_dict() for check in checks])
    else:
        click.echo(render_checks(checks, language()))
    sys.exit(1 if any(check.is_missing for check in checks) else 0)
