"""The reference is made from code; these tests look the names up in the sources and expect them in the pages."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.project import PACKAGE, ROOT, kept_files, source_files

# Variables of tests and measurements, and a name within Django's settings.
NOT_OF_THE_PLATFORM = ("JUTONG_TEST_", "JUTONG_BENCH_", "JUTONG_PLATFORM")


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools/reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(reference) -> dict[str, str]:
    return dict(reference.pages())


def classes_with(attribute: str) -> Iterator[str]:
    """Constant texts given to `attribute` in the body of a class, anywhere in the package."""
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef):
                continue
            for line in node.body:
                if (
                    isinstance(line, ast.Assign)
                    and isinstance(line.value, ast.Constant)
                    and isinstance(line.value.value, str)
                    and any(isinstance(name, ast.Name) and name.id == attribute for name in line.targets)
                ):
                    yield line.value.value


def test_every_error_code_is_in_the_reference(pages):
    codes = {code for code in classes_with("code") if re.fullmatch(r"[a-z_]+\.[a-z_0-9.]+", code)}
    assert len(codes) > 10
    assert not {code for code in codes if f"`{code}`" not in pages["errors"]}


def test_every_variable_is_in_the_reference(pages):
    known = pages["settings"] + pages["command-line"]
    named = {
        (variable, path.relative_to(ROOT).as_posix())
        for path in kept_files()
        if path.suffix in {".py", ".md", ".html", ".yml"}
        and path.is_relative_to(ROOT)
        and not path.is_relative_to(ROOT / "tests")
        for variable in re.findall(r"JUTONG_[A-Z][A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))
    }
    missing = {
        (variable, where)
        for variable, where in named
        if variable not in known
        and not variable.startswith(("JUTONG_TEST_", "JUTONG_BENCH_"))
        and variable != "JUTONG_PLATFORM"
    }
    assert not missing


def test_every_permission_role_and_audit_tag_is_in_the_reference(pages):
    from jutong.control.directory.audit import AuditAction
    from jutong.control.directory.roles import Permission, Role

    for kind in (Permission, Role, AuditAction):
        assert not [each for each in kind if f"`{each.value}`" not in pages["permissions"]]


def test_permissions_and_audit_tags_are_of_the_form_scope_resource_action_and_sorted():
    from jutong.control.directory.audit import AuditAction
    from jutong.control.directory.roles import Permission

    for kind in (Permission, AuditAction):
        values = [each.value for each in kind]
        assert all(re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z_]+", value) for value in values)
        assert values == sorted(values)


def test_every_table_of_steps_is_in_the_reference(pages):
    for path in PACKAGE.rglob("transitions.py"):
        assert path.parent.name in pages["transitions"], path


def test_every_rule_kind_identifier_code_list_and_time_limit_is_in_the_reference(pages):
    from jutong.control.catalogue.lint import RULES
    from jutong.dataflow.quality import KINDS as QUALITY
    from jutong.vocabulary.code_lists import code_lists
    from jutong.vocabulary.identifiers import KINDS as IDENTIFIERS
    from jutong.vocabulary.time_limits import time_limits

    lists = code_lists()
    names = lists if all(isinstance(each, str) for each in lists) else [each.name for each in lists]
    assert not [name for name in QUALITY if f"`{name}`" not in pages["quality-rules"]]
    assert not [name for name in IDENTIFIERS if f"`{name}`" not in pages["identifiers"]]
    assert not [name for name in names if f"`{name}`" not in pages["code-lists"]]
    assert not [code for code in time_limits() if f"| {code} |" not in pages["time-limits"]]
    assert not [rule.code for rule in RULES if rule.code not in pages["lint-rules"]]


def test_every_kind_of_source_with_its_options_and_capabilities_is_in_the_reference(pages):
    from jutong.dataflow.connectors import Capability, specs

    page = pages["source-kinds"]
    for spec in specs().values():
        part = page.partition(f"## {spec.kind}\n")[2].partition("\n## ")[0]
        assert spec.tested_zh.rstrip("。") in part, spec.kind
        assert not [one.name for one in spec.options if f"`{one.name}`" not in part], spec.kind
    assert not [name for name in Capability if f"| `{name.value}` |" not in page]


def test_every_command_is_in_the_reference(pages):
    from jutong.entrypoints.cli import COMMANDS

    assert not [name for name in COMMANDS if f"## jutong {name}\n" not in pages["command-line"]]


def test_every_command_says_what_it_does_in_both_languages(reference):
    from jutong.entrypoints.cli import main

    for name, command in reference.commands("jutong", main):
        assert re.search(r"[㐀-鿿]", command.help or ""), name
        assert re.search(r"[A-Za-z]{3}", command.help or ""), name


def test_every_command_that_the_manual_names_is_there(reference):
    from jutong.entrypoints.cli import main

    known = {name for name, _ in reference.commands("jutong", main)}
    groups = {name.rpartition(" ")[0] for name in known} - {"jutong", ""}
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for words in re.findall(
            r"(?:bin/|`|^)jutong ([a-z]+(?: [a-z]+)?)", page.read_text("utf-8"), re.MULTILINE
        ):
            command, _, argument = words.partition(" ")
            named = f"jutong {words}" if argument and f"jutong {command}" in groups else f"jutong {command}"
            assert named in known, f"{page.relative_to(ROOT)}: {named}"


def test_commands_that_outsiders_script_against_speak_json(reference):
    from jutong.entrypoints.cli import main

    found = dict(reference.commands("jutong", main))
    for name in (
        "profile",
        "read",
        "validate",
        "region",
        "workdays",
        "evidence verify",
        "demo score",
        "doctor",
    ):
        options = {option for parameter in found[f"jutong {name}"].params for option in parameter.opts}
        assert "--json" in options, name


def test_every_page_of_the_manual_is_reached_and_every_link_holds(tmp_path):
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--quiet",
            "--site-dir",
            str(tmp_path / "site"),
        ],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    remote = {
        (page.name, address)
        for page in (tmp_path / "site").rglob("*.html")
        for address in re.findall(
            r'<(?:script|link|img)[^>]*(?:src|href)="(https?://[^"]+)', page.read_text("utf-8")
        )
    }
    assert not remote, "the manual must read without a network"


def test_links_between_files_outside_the_manual_hold():
    for page in ROOT.glob("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http", "mailto:")):
                assert (ROOT / target).exists(), f"{page.name} → {target}"


def test_the_glossary_holds_every_noun_that_the_pages_explain():
    glossary = (ROOT / "docs/reference/glossary.md").read_text(encoding="utf-8")
    for noun in (
        "catalogue entry", "information item", "provider", "consumer", "data authority", "application", "grant",
        "collection", "quality rule", "masking", "audit trail", "verification", "data gateway", "quota", "department pool",
        "citizen ID number", "unified social credit code", "entry contract", "run report", "evidence", "quarantine",
    ):  # fmt: skip
        assert f"| {noun}" in glossary or f" {noun} " in glossary or f"/ {noun}" in glossary, noun


def test_every_dependency_has_its_reason_and_its_exact_version():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["project"]["optional-dependencies"].values()
    wanted = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *(one for group in groups for one in group),
    ]
    names = {re.split(r"[^A-Za-z0-9._-]", requirement)[0] for requirement in wanted}
    reasons = (ROOT / "docs/decisions/0002-dependencies.md").read_text(encoding="utf-8")
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in pins if "==" in line}
    assert not {name for name in names if f"| {name} |" not in reasons}
    assert not {name for name in names if re.sub(r"[-_.]+", "-", name).lower() not in pinned}
    assert all(
        line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[0-9A-Za-z.+!]+", line) for line in pins
    )


def test_every_package_of_the_front_end_has_its_reason():
    import json

    package = json.loads((ROOT / "frontend/package.json").read_text(encoding="utf-8"))
    reasons = (ROOT / "docs/decisions/0002-dependencies.md").read_text(encoding="utf-8")
    assert not [
        name
        for name in (*package["dependencies"], *package["devDependencies"])
        if f"| {name} |" not in reasons
    ]
