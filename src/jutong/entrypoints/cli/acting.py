"""On whose behalf a command acts."""

import click

from jutong.control.directory.api import SYSTEM_ACTOR, Actor, actor_named

acting_option = click.option(
    "--as",
    "username",
    default="",
    metavar="ACCOUNT",
    help="以此账号的权限执行；空为平台自身 Act with this account's rights; empty: the platform's own.",
)


def actor_of(username: str) -> Actor:
    """The named account, or the platform itself: who runs the command holds its data home anyway."""
    return actor_named(username) if username else SYSTEM_ACTOR
