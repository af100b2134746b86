"""`jutong init`, `migrate`, `worker`: set the platform up, upgrade it, run its jobs."""

import secrets
import signal
import string
import threading
from types import FrameType

import click

from jutong.control.directory import api as directory
from jutong.control.directory.roles import Role
from jutong.entrypoints.cli.output import language, pick, print_table, say
from jutong.entrypoints.starting import prepare_home
from jutong.kernel.clock import Clock, SystemClock
from jutong.processes.worker import run_worker

BUREAU = "bureau"
ADMINISTRATORS = (
    ("sysadmin", Role.SYSTEM_ADMIN),
    ("secadmin", Role.SECURITY_ADMIN),
    ("auditadmin", Role.AUDIT_ADMIN),
)


@click.command()
@click.option(
    "--region", default="330100", show_default=True, help="本市行政区划代码 The city's region code."
)
@click.option("--region-name", default="示范市", show_default=True, help="本市名称 The city's name.")
@click.option(
    "--bureau-name", default="市大数据局", show_default=True, help="主管部门名称 The data bureau's name."
)
def init(region: str, region_name: str, bureau_name: str) -> None:
    """建立数据目录和控制库，创建三个管理员账号（口令只显示一次）。

    Make the data home and the control database, and the three administrators (passwords are shown once).
    """
    prepare_home()
    clock = SystemClock()
    if any(department.code == BUREAU for department in directory.departments()):
        say("平台已初始化，未作改动。", "The platform is set up already; nothing was changed.")
        return
    actor = directory.INSTALLER_ACTOR
    directory.add_region(
        actor, code=region, name=region_name, level=directory.RegionLevel.CITY, parent=None, clock=clock
    )
    directory.add_department(
        actor,
        code=BUREAU,
        name=bureau_name,
        region=region,
        kind=directory.DepartmentKind.BUREAU,
        clock=clock,
    )
    made = [_administrator(username, role, clock=clock) for username, role in ADMINISTRATORS]
    print_table(
        [pick("账号", "account"), pick("角色", "role"), pick("一次性口令", "one-time password")], made
    )
    say(
        "请记下口令，首次登录后立即修改。运行 jutong serve 启动平台。",
        "Note the passwords and change them at the first sign-in. Run jutong serve to start.",
    )


def _administrator(username: str, role: Role, *, clock: Clock) -> tuple[str, str, str]:
    password = _one_time_password()
    actor = directory.INSTALLER_ACTOR
    directory.create_person(
        actor, username=username, display_name=role.label(language()), password=password, clock=clock
    )
    directory.give_role(actor, username=username, department=BUREAU, role=role, clock=clock)
    return username, role.label(language()), password


def _one_time_password() -> str:
    alphabet = string.ascii_lowercase + string.digits
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(3)) + "-A7"


@click.command()
def migrate() -> None:
    """升级控制库到当前版本（可重复运行）。

    Bring the control database up to this version (safe to run again).
    """
    prepare_home()
    say("控制库已是当前版本。", "The control database is up to date.")


@click.command()
@click.argument("username")
def password(username: str) -> None:
    """给账号换一个一次性口令，只显示一次；管理员忘记口令时用。

    Give an account a one-time password, shown once; for an administrator who forgot theirs.
    """
    prepare_home()
    fresh = _one_time_password()
    directory.set_password(directory.INSTALLER_ACTOR, username=username, password=fresh, clock=SystemClock())
    say(
        f"{username} 的一次性口令：{fresh}\n请交本人，登录后立即修改。",
        f"One-time password of {username}: {fresh}\nHand it over; it is to be changed at the next sign-in.",
    )


@click.command()
def worker() -> None:
    """运行作业进程（由 serve 启动，也可单独运行）。

    Run the worker (started by serve; may run by itself).
    """
    prepare_home()
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    run_worker(stop=stop, clock=SystemClock())
