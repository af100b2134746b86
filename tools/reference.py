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


def entry_life_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.control.catalogue.terms import ClockKind, ClockStage, ExtensionState
    from jutong.control.catalogue.transitions import NEEDS_REASON, TRANSITIONS, permission_for
    from jutong.control.directory.roles import ROLE_PERMISSIONS, Role
    from jutong.vocabulary.time_limits import time_limit

    rows = []
    for (state, action), to in TRANSITIONS.items():
        needed = permission_for(state, action)
        roles = ", ".join(role.zh for role in Role if needed in ROLE_PERMISSIONS[role])
        reason = "须写理由 needed" if action in NEEDS_REASON else ""
        rows.append((both(state), both(action), both(to), roles, code(needed.value), reason))
    clocks = (
        (kind.official, both(kind), limit.days, limit.start_zh, limit.extension_days or "")
        for kind in ClockKind
        for limit in (time_limit(kind.official),)
    )
    stages = (
        (both(stage), stage.official if stage is not ClockStage.OVERDUE else "> 100") for stage in ClockStage
    )
    return "\n".join(
        (
            "# Life of an entry 目录条目的办理过程\n",
            "What is not in the table is refused. A change of a published entry is made beside it: until the change is",
            "published, what is published holds. 放弃变更 (discard) is for a change of a live entry alone.\n",
            table(
                ("状态 status", "操作 step", "变为 becomes", "谁办 who", "permission", "理由 reason"), rows
            ),
            "## Clocks 时限\n",
            "In working days; the numbers are data (see Time limits). Publishing a new version, or withdrawal, ends an",
            "update's clock; the department may ask for one extension before it is over, the data authority decides.\n",
            table(("limit", "时限", "工作日 days", "起算 begins", "可延 extension"), clocks),
            "Those concerned (the department, the data authority) are warned on the workbench, on the entry and in the",
            "review queue when a share of the time is over:\n",
            table(("阶段 stage", "percent"), stages),
            table(("延期 extension",), ([both(one)] for one in ExtensionState)),
        )
    )


def both(term: Any) -> str:
    return f"{term.zh} {term.en}"


def grading_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.control.catalogue.grading import GRADING_RULES
    from jutong.vocabulary.catalogue import DEFAULT_LEVELS, Level
    from jutong.vocabulary.grading import DEFAULT_CONTROLS

    names = [name for name in _field_names(DEFAULT_CONTROLS[Level.L1]) if name != "level"]
    matrix = (
        (code(name), *(after(getattr(DEFAULT_CONTROLS[level], name)) for level in Level)) for name in names
    )
    rules = (
        (rule.code, label(rule.level), rule.zh, rule.en, rule.matches.replace("|", "、"))
        for rule in GRADING_RULES
    )
    meanings = ((both(meaning), label(level)) for meaning, level in DEFAULT_LEVELS.items())
    return "\n".join(
        (
            "# Classification and grading 分类分级\n",
            "An entry has the level of its strictest item. A level is proposed for each item with every reason for it and",
            "confirmed by the data authority's reviewer; publishing confirms what was shown, except levels below a proposal",
            "of level 3 or 4, which are decided on one by one with a reason. When an item's name, type, meaning, code list",
            "or level changes, its confirmation no longer holds.\n",
            "## Rules of the proposal\n",
            table(("rule", "level", "中文", "English", "looks at"), rules),
            "G01 goes by the recognised meaning:\n",
            table(("meaning", "level"), meanings),
            "## Controls of the levels\n",
            "The platform's defaults; a city changes them on the page 分级管控. The platform itself carries out `approval`,",
            "`output`, `release` and `review_months`; the others are shown to those who run it.\n",
            table(("control", *(level.zh for level in Level)), matrix),
        )
    )


def demand_steps_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.control.lists.transitions import (
        DEMAND_TRANSITIONS,
        DISPUTE_TRANSITIONS,
        LIMITS,
        NEEDS_REASON,
        PARTIES,
    )

    body = [
        "# Steps of a demand\n",
        "Who takes which step of a demand (需求) and of a dispute (共享争议), and the time limit that runs while it waits.\n",
    ]
    for title, steps in (("Demand", DEMAND_TRANSITIONS), ("Dispute", DISPUTE_TRANSITIONS)):
        rows = (
            (
                label(stage),
                label(action),
                " / ".join(f"{party.zh} {party.en}" for party in PARTIES[action]),
                "yes" if action in NEEDS_REASON else "",
                label(to),
                code(LIMITS.get(to, "")),
            )
            for (stage, action), to in steps.items()
        )
        header = ("in 状态", "step 操作", "by 由谁", "reason 理由", "becomes 变为", "limit 时限")
        body.append(f"## {title}\n\n{table(header, rows)}")
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
    from jutong.control.catalogue.lint import RULES, Element

    errors = sum(rule.severity.value == "error" for rule in RULES)
    safe = sum(rule.fix is not None for rule in RULES)
    body = [
        "# Rules of the catalogue linter\n",
        (
            "What `jutong catalogue lint`, the editor, the entry's page and the daily inspection (目录体检) say. "
            f"{len(RULES)} rules: {errors} errors, which block submission where the editor can know them, and "
            f"{len(RULES) - errors} warnings. {safe} have a safe repair, applied in one click: it needs nobody's "
            "judgement and keeps the meaning of the entry. A rule that has to *know* more than the draft is silent where "
            "nobody told it; the inspection knows everything, the editor what the catalogue and the directory hold.\n"
        ),
    ]
    for element in Element:
        rules = [rule for rule in RULES if rule.element is element]
        if rules:
            body.append(f"## {element.zh} {element.en}\n\n{table(LINT_HEAD, map(_lint_row, rules))}")
    return "\n".join(body)


LINT_HEAD: Final = ("code", "severity", "规则和建议", "rule and advice", "repair", "knows", "source 来源")


def _lint_row(rule: Any) -> tuple[str, ...]:
    blanks = {"place": "…", "detail": "…"}
    return (
        code(rule.code),
        label(rule.severity).split(" `")[0],
        (rule.zh + rule.advice_zh).format(**blanks),
        f"{rule.en} {rule.advice_en}".format(**blanks),
        "safe 自动" if rule.fix else "",
        "; ".join(each.en for each in rule.needs),
        rule.source,
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


def source_kinds_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.dataflow.connectors import specs
    from jutong.dataflow.connectors.kinds import CAPABILITY_NAMES

    found = specs()
    can = ((code(name), zh, en) for name, (zh, en) in CAPABILITY_NAMES.items())
    names = list(CAPABILITY_NAMES)
    overview = (
        (
            f"[`{spec.kind}`](#{spec.kind})",
            spec.zh,
            spec.en,
            *("yes" if name in spec.capabilities else "" for name in names),
        )
        for spec in found.values()
    )
    body = [
        "# Kinds of source\n",
        (
            "Made from what each connector declares. `jutong source kinds` prints the same of an installation, plug-ins"
            " included. What single sources can do may be less: a view has no key.\n"
        ),
        "## Capabilities\n\n" + table(("capability", "中文", "what it means"), can),
        "## Overview\n\n" + table(("kind", "中文", "English", *names), overview),
    ]
    for spec in found.values():
        extra = f' Its driver: `pip install "jutong[{spec.extra}]"`.' if spec.extra else ""
        rows = (
            (
                code(one.name),
                f"{one.zh} / {one.en}",
                _needed(one),
                "sealed" if one.secret else "",
                code(one.default),
                ", ".join(code(each) for each in one.choices if each),
                f"{one.hint_zh} {one.hint_en}".strip(),
            )
            for one in spec.options
        )
        tried = f"Tried on: {spec.tested_zh.rstrip('。')}。{spec.tested_en.rstrip('.')}."
        header = ("option", "name", "required", "secret", "default", "choices", "hint")
        options = table(header, rows) if spec.options else "It has no options.\n"
        body.append(f"## {spec.kind}\n\n{spec.zh} ({spec.en}).{extra} {tried}\n\n{options}")
    return "\n".join(body)


def _needed(option: Any) -> str:
    if not option.required:
        return ""
    return f"yes, or {code(option.unless)}" if option.unless else "yes"


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


def catalogue_template_page(_modules: Iterable[ModuleType]) -> str:
    from jutong.control.interchange.columns import SHEETS, VERSION
    from jutong.control.interchange.mapping import ALIASES, element_name
    from jutong.control.interchange.problems import PROBLEMS

    introduction = (
        f"Version {VERSION}. Sheets: 填写说明 (how to fill it in, version and checksum), 目录 (one entry a row), "
        "信息项 (one item a row), 代码表 (every list to choose from). Headers may differ in width, spaces and case, "
        "or be the English ones. A value is written by its Chinese name, its official code or its English name.\n"
    )
    body = ["# The catalogue's Excel template\n", introduction]
    for sheet, columns in SHEETS.items():
        rows = [
            (
                f"{column.zh} {column.en}",
                code(column.key),
                "yes" if column.required else "",
                column.kind.value if column.term is None else "、".join(one.zh for one in column.term),
                f"{column.note_zh} {column.note_en}",
            )
            for column in columns
        ]
        body.append(
            f"## {sheet}\n\n{table(('column', 'element', 'required', 'value', 'how to fill it in'), rows)}"
        )
    faults = [(code(name), zh, en) for name, (zh, en) in PROBLEMS.items()]
    body.append(f"## What can be wrong with a cell\n\n{table(('code', '中文', 'English'), faults)}")
    known = [
        (f"{element_name(one)} {element_name(one, 'en')}", "、".join(names)) for one, names in ALIASES.items()
    ]
    body.append(
        f"## Headers that are known in lists of other portals\n\n{table(('read as', 'headers'), known)}"
    )
    return "\n".join(body)


def duties_page(_modules: Iterable[ModuleType]) -> str:
    """The template of lists of duties, what is found in their rows, and what each type of duty gives."""
    from jutong.control.drafting.api import TEMPLATES
    from jutong.control.duties.api import COLUMNS, TEMPLATE_VERSION, FindingKind

    columns = table(
        ("column", "required", "中文", "English", "other names in live lists"),
        (
            (one.title, "yes" if one.required else "", one.help_zh, one.help_en, "、".join(one.others))
            for one in COLUMNS
        ),
    )
    findings = table(
        ("code", "中文", "English", "the file"),
        ((one.official, one.zh, one.en, "refused" if one.is_error else "imported") for one in FindingKind),
    )
    results = "".join(
        f"### {kind.zh} ({kind.en})\n\n…{template.suffix}: {template.holds}. Source: {template.source}; shared "
        f"{template.sharing_type.zh}, opened {template.open_type.zh}, updated {template.update_frequency.zh}.\n\n"
        + table(
            ("item", "field", "type", "length", "level", "key"),
            (
                (
                    one.name,
                    code(one.field),
                    one.data_type.zh,
                    one.length,
                    one.level.zh,
                    "yes" if one.key else "",
                )
                for one in template.items
            ),
        )
        + "\n"
        for kind, template in TEMPLATES.items()
    )
    return (
        f"# Duties and their results\n\n## Template {TEMPLATE_VERSION}\n\n{columns}\n## What is found in rows\n\n"
        f"{findings}\n## What data each type of duty gives\n\nProduct defaults: a city compares them with its own "
        f"standards. Proposals from duties start with these items.\n\n{results}"
    )


PAGES: Final[Mapping[str, Callable[[Iterable[ModuleType]], str]]] = {
    "settings": settings_page,
    "errors": errors_page,
    "permissions": permissions_page,
    "transitions": transitions_page,
    "demand-steps": demand_steps_page,
    "entry-life": entry_life_page,
    "grading": grading_page,
    "enumerations": enumerations_page,
    "identifiers": identifiers_page,
    "code-lists": code_lists_page,
    "time-limits": time_limits_page,
    "duties": duties_page,
    "lint-rules": lint_rules_page,
    "catalogue-template": catalogue_template_page,
    "quality-rules": quality_rules_page,
    "command-line": cli_page,
    "source-kinds": source_kinds_page,
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
