"""Make the reference pages from the code they describe: `docs/reference/generated/*.md`.

mkdocs calls it as a hook before each build; the tests call `pages()` and read what it says; nothing is committed.

    python tools/reference.py            # write the pages
"""

import enum
import importlib
import os
import pkgutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "docs/reference/generated"
# Importing one of these starts a server or asks for its settings.
NOT_IMPORTED: Final = ("__main__", "wsgi", "asgi")


def load() -> tuple[ModuleType, ...]:
    """Import every module of the platform, with Django set up; in order of their names."""
    os.environ.setdefault("JUTONG_HOME", str(Path(tempfile.gettempdir()) / "jutong-reference"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jutong.entrypoints.django_settings")
    import django

    import jutong

    django.setup()
    found = pkgutil.walk_packages(jutong.__path__, "jutong.")
    names = sorted(each.name for each in found if not _is_left_out(each.name))
    return tuple(importlib.import_module(name) for name in names)


def _is_left_out(name: str) -> bool:
    parts = name.split(".")
    return parts[-1] in NOT_IMPORTED or "migrations" in parts


def cell(value: Any) -> str:
    """A value as one cell of a table."""
    text = "" if value is None else str(value)
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def code(value: Any) -> str:
    text = cell(value).replace("&lt;", "<")
    return f"`{text}`" if text else ""


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [" | ".join(header), " | ".join("---" for _ in header)]
    lines += [" | ".join(cell(value) for value in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def classes(modules: Iterable[ModuleType], base: type) -> Iterator[type]:
    """Every class below `base` that one of `modules` defines, each once, by module and name."""
    found = {
        (value.__module__, value.__qualname__): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    }
    for _, value in sorted(found.items()):
        if value.__module__.startswith("jutong."):
            yield value


def settings_page(modules: Iterable[ModuleType]) -> str:
    from jutong.kernel.settings import Settings

    body = ["# Settings\n", "Environment variables, read once at start (环境变量，启动时读取一次).\n"]
    for kind in classes(modules, Settings):
        title = kind.__module__.removeprefix("jutong.").removesuffix(".settings")
        body.append(f"## {title}\n\n{(kind.__doc__ or '').strip()}\n")
        body.append(
            table(
                ("variable", "default", "中文", "English"),
                (
                    (code(info.variable), code(info.default), info.zh, info.en)
                    for info in kind.describe()  # type: ignore[attr-defined]
                ),
            )
        )
    return "\n".join(body)


def errors_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.kernel.errors import EXIT_CODE, HTTP_STATUS, error_codes

    rows = (
        (
            code(name),
            HTTP_STATUS[error.kind],
            EXIT_CODE[error.kind],
            "yes" if error.retryable else "no",
            error.zh,
            error.en,
        )
        for name, error in error_codes().items()
        if error.__module__.startswith("jutong.")
    )
    return (
        "# Error codes\n\nA code keeps its meaning once it is released. `HTTP` is the status of web and gateway answers, "
        "`exit` the exit code of commands; “again” says whether the same request may succeed later.\n\n"
        + table(("code", "HTTP", "exit", "again", "中文", "English"), rows)
    )


def permissions_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.control.directory.audit import AuditAction
    from jutong.control.directory.roles import ROLE_PERMISSIONS, Permission, Role, excludes

    roles = table(
        ("role", "中文", "English", "may not be held with"),
        (
            (
                code(role.value),
                role.zh,
                role.en,
                ", ".join(code(other.value) for other in Role if excludes(role, other)),
            )
            for role in Role
        ),
    )
    permissions = table(
        ("permission", "中文", "English", "roles"),
        (
            (
                code(each.value),
                each.zh,
                each.en,
                ", ".join(code(role.value) for role in Role if each in ROLE_PERMISSIONS[role]),
            )
            for each in Permission
        ),
    )
    audit = table(("tag",), ([code(each.value)] for each in AuditAction))
    return f"# Roles and permissions\n\n{roles}\n## Permissions\n\n{permissions}\n## Audit tags\n\n{audit}"


def transitions_page(modules: Iterable[ModuleType]) -> str:
    body = ["# Steps that are allowed\n", "Each table is the one that the code obeys.\n"]
    for module in modules:
        for name, steps in vars(module).items():
            if name.endswith("TRANSITIONS") and isinstance(steps, Mapping):
                noun = module.__name__.removeprefix("jutong.").removesuffix(".transitions")
                other = name.removesuffix("TRANSITIONS").strip("_").lower().replace("_", " ")
                body.append(f"## {noun}{f': {other}' if other else ''}\n")
                rows = ((label(state), label(action), after(to)) for (state, action), to in steps.items())
                body.append(table(("in 状态", "step 操作", "becomes 变为"), rows))
    return "\n".join(body)


def label(value: Any) -> str:
    """A member of an enumeration by its names, or the value itself."""
    zh, en = getattr(value, "zh", ""), getattr(value, "en", "")
    name = getattr(value, "value", value)
    return f"{zh} {en} {code(name)}" if zh else code(name)


def after(value: Any) -> str:
    if isinstance(value, enum.Enum) or not isinstance(value, Iterable) or isinstance(value, str):
        return label(value)
    return " / ".join(label(each) for each in value)


def enumerations_page(modules: Iterable[ModuleType]) -> str:
    from jutong.vocabulary.terms import Term

    body = [
        "# Enumerations of the field\n",
        "The value is stored; the code is what other platforms exchange.\n",
    ]
    for kind in classes(modules, Term):
        members = list(kind)  # type: ignore[call-overload]
        if members:
            home = kind.__module__.removeprefix("jutong.")
            body.append(f"## {kind.__name__}\n\nIn `{home}`. {(kind.__doc__ or '').strip()}\n")
            rows = ((code(each.value), each.official, each.zh, each.en) for each in members)
            body.append(table(("value", "code", "中文", "English"), rows))
    return "\n".join(body)


def described(title: str, introduction: str, rows: Iterable[Any], *, skip: Sequence[str] = ()) -> str:
    """A page of like values (frozen dataclasses): one row each, one column a plain field."""
    values = list(rows)
    fields = [
        name
        for name in _field_names(values[0])
        if name not in skip and all(_is_plain(getattr(value, name)) for value in values)
    ]
    lines = ([shown(getattr(value, name)) for name in fields] for value in values)
    return f"# {title}\n\n{introduction}\n\n{table([name.replace('_', ' ') for name in fields], lines)}"


def _field_names(value: Any) -> tuple[str, ...]:
    return tuple(getattr(value, "__dataclass_fields__", ()))


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | enum.Enum)


def shown(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return label(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def identifiers_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.vocabulary.identifiers import KINDS

    rows = ((code(name), kind.zh, kind.en, kind.standard) for name, kind in KINDS.items())
    return "# Identifier kinds\n\nAs `jutong validate KIND VALUE…` takes them.\n\n" + table(
        ("kind", "中文", "English", "standard"), rows
    )


def code_lists_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.vocabulary.code_lists import code_lists

    lists = code_lists()
    values = lists.values() if isinstance(lists, Mapping) else lists
    rows = (
        (code(each.name), each.title, each.edition, len(each.entries), each.source)
        for each in sorted(values, key=lambda each: each.name)
    )
    return "# Code lists\n\nHeld in the package, usable in an item's `code_list`.\n\n" + table(
        ("name", "title", "edition", "entries", "source"), rows
    )


def time_limits_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.vocabulary.time_limits import time_limits

    introduction = (
        "Working days are those of the State Council's calendar. 0 days: the city has to set them. "
        "A city changes or adds limits with the file that `JUTONG_TIME_LIMITS` names."
    )
    return described("Time limits", introduction, time_limits().values())


def lint_rules_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.control.catalogue.lint import RULES

    rules = RULES.values() if isinstance(RULES, Mapping) else RULES
    return described(
        "Rules of the catalogue linter", "What `jutong catalogue lint` and the entry's page say.", rules
    )


def quality_rules_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.dataflow.quality import KINDS

    rows = []
    for name, kind in KINDS.items():
        fields = ", ".join(code(each) for each in _field_names(kind))
        rows.append((code(name), first_paragraph(kind), fields))
    return "# Quality rule kinds\n\nThe `kind` of a rule in an entry's contract.\n\n" + table(
        ("kind", "what it says", "fields"), rows
    )


def first_paragraph(thing: Any) -> str:
    return (thing.__doc__ or "").strip().split("\n\n")[0]


def cli_page(_modules: Iterable[ModuleType]) -> str:
    import click

    from jutong.entrypoints.cli import main

    body = ["# Command line\n", "Set `JUTONG_LANGUAGE=en` for messages in English.\n"]
    for path, command in commands("jutong", main):
        context = click.Context(command, info_name=path, max_content_width=100)
        body.append(f"## {path}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(body)


def commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command below `command` with its full name, the group itself first."""
    import click

    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from commands(f"{path} {name}", below)


PAGES: Final[Mapping[str, Callable[[Iterable[ModuleType]], str]]] = {
    "settings": settings_page,
    "errors": errors_page,
    "permissions": permissions_page,
    "transitions": transitions_page,
    "enumerations": enumerations_page,
    "identifiers": identifiers_page,
    "code-lists": code_lists_page,
    "time-limits": time_limits_page,
    "lint-rules": lint_rules_page,
    "quality-rules": quality_rules_page,
    "command-line": cli_page,
}


def pages() -> Mapping[str, str]:
    """Every generated page, by its name without `.md`."""
    modules = load()
    return {name: make(modules) for name, make in PAGES.items()}


def write(folder: Path = FOLDER) -> None:
    """Write the pages; a page that is the same is left alone, so that `mkdocs serve` does not run in circles."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def on_pre_build(**_options: Any) -> None:
    """The mkdocs hook."""
    write()


if __name__ == "__main__":
    write()
    print(f"wrote {len(PAGES)} pages to {FOLDER.relative_to(ROOT)}")
