"""`jutong evidence`: check what the gateway and the portal wrote down."""

import sys
from pathlib import Path

import click

from jutong.entrypoints.cli.output import json_option, language, pick, print_json, say
from jutong.entrypoints.settings import platform_settings
from jutong.evidence import verify_folder
from jutong.kernel.errors import ErrorKind, JutongError


class EvidenceFolderMissing(JutongError):
    code = "evidence.folder_missing"
    kind = ErrorKind.NOT_FOUND
    zh = "没有找到证据目录 {folder}。请检查路径，或设置 JUTONG_HOME 后重试。"
    en = "There is no evidence folder {folder}. Check the path, or set JUTONG_HOME and try again."


@click.group()
def evidence() -> None:
    """调用证据：校验证据链是否完整。

    The evidence of calls and downloads.
    """


@evidence.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--public-key",
    type=click.Path(exists=True, path_type=Path),
    help="平台封签公钥文件 The platform's public seal key.",
)
@json_option
def verify(folder: Path | None, *, public_key: Path | None, as_json: bool) -> None:
    """校验每条证据链和封签，指出第一条坏记录。完整退出码为 0，不完整为 1。

    Check every chain and seal; name the first bad record. Exit code 0 when whole, 1 when not.
    """
    place = folder or platform_settings().data_home.evidence
    if not place.is_dir():
        raise EvidenceFolderMissing(folder=place)
    verdict = verify_folder(place, public_key=public_key.read_bytes() if public_key else None)
    if as_json:
        print_json(
            {
                "intact": verdict.ok,
                "segments": verdict.segments,
                "sealed": verdict.sealed,
                "records": verdict.records,
                "problems": [
                    {"file": found.file, "line": found.line, "reason": found.reason}
                    for found in verdict.problems
                ],
                "torn": list(verdict.torn),
            }
        )
    else:
        say(
            f"证据段 {verdict.segments} 个（已封签 {verdict.sealed}），记录 {verdict.records} 条："
            + ("完整。" if verdict.ok else "不完整！"),
            f"{verdict.segments} segments ({verdict.sealed} sealed), {verdict.records} records: "
            + ("intact." if verdict.ok else "NOT intact!"),
        )
        for found in verdict.problems:
            click.echo(pick("第一条坏记录：", "First bad record: ") + found.message(language()))
    sys.exit(0 if verdict.ok else 1)
