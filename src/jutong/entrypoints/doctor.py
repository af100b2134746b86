"""`jutong doctor`: what this machine has and lacks for the platform, and what to do about it."""

from collections.abc import Mapping, Sequence
from typing import Final

from jutong.entrypoints.machine import CHECKS, TITLES, Check, Look, Verdict
from jutong.entrypoints.settings import PlatformSettings
from jutong.kernel.errors import JutongError, Language


def run_checks(settings: PlatformSettings) -> tuple[Check, ...]:
    """Every check, in the order in which a reader should mend what is wrong; it changes nothing."""
    return tuple(check for name, run in CHECKS.items() for check in _attempt(name, run, settings))


def render_checks(checks: Sequence[Check], language: Language = "zh") -> str:
    """One line a check, and below it the next step where there is one."""
    zh = language == "zh"
    lines = []
    for check in checks:
        found = f"{'：' if zh else ': '}{check.found}" if check.found else ""
        lines.append(f"{_MARKS[check.verdict]} {check.zh if zh else check.en}{found}")
        todo = check.todo_zh if zh else check.todo_en
        if todo:
            lines.append(f"    {todo}")
    missing = sum(check.is_missing for check in checks)
    if missing:
        lines.append(
            f"有 {missing} 项缺失，请按上面的提示处理后重新运行 jutong doctor。"
            if zh
            else f"{missing} missing. Do what the lines above say, then run jutong doctor again."
        )
    else:
        lines.append("可以运行。" if zh else "Fit to run.")
    return "\n".join(lines)


_MARKS: Final[Mapping[Verdict, str]] = {Verdict.OK: "✓", Verdict.WARNING: "!", Verdict.MISSING: "✗"}


def _attempt(name: str, run: Look, settings: PlatformSettings) -> tuple[Check, ...]:
    try:
        return tuple(run(settings))
    except Exception as error:  # noqa: BLE001  # a broken machine may raise anything, and the other checks must still run
        zh, en = ("", "")
        if isinstance(error, JutongError):
            zh, en = error.message("zh"), error.message("en")
        return (
            Check(
                code=name,
                zh=TITLES[name][0],
                en=TITLES[name][1],
                verdict=Verdict.MISSING,
                found=type(error).__name__,
                todo_zh=zh
                or "请重新安装：在项目目录运行 make install，或 pip install -c constraints.txt jutong。",
                todo_en=en
                or "Install again: make install in the project, or pip install -c constraints.txt jutong.",
            ),
        )
