"""Rules that no linter knows: what may stand in a file of this project."""

import ast
import importlib.util
import re

import pytest

from tests.support.project import PACKAGE, ROOT, kept_files, source_files

# A file of this length wants a reason, and this is where it stands.
LONG_FILES = {
    "src/jutong/dataflow/lake/lake.py": "one class: the table operations share the connection and its lock",
}
TEXTS = {".py", ".md", ".html", ".css", ".js", ".json", ".toml", ".txt", ".yml", ".yaml", ".po", ".sh", ""}


def texts():
    for path in kept_files():
        if path.suffix in TEXTS and path.stat().st_size < 2_000_000:
            try:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


# Put together here, so that this file does not find itself.
FORBIDDEN = {
    "the host of a package registry": [
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "npm" + "mirror",
        "mirrors.ali" + "yun",
        "tuna.tsinghua" + ".edu",
        "debian" + ".org/debian",
    ],
    "a path of one machine": ["/wor" + "k/", "/roo" + "t/", "/hom" + "e/", "/Use" + "rs/"],
    "a content delivery network": [
        "cdn.js" + "delivr",
        "unp" + "kg.com",
        "cdnjs.cloud" + "flare",
        "fonts.google" + "apis",
        "boot" + "cdn",
        "tile.openstreet" + "map",
    ],
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what):
    found = [(name, word) for name, text in texts() for word in FORBIDDEN[what] if word in text]
    assert not found


def test_a_file_above_four_hundred_lines_has_its_reason():
    long = {
        path.relative_to(ROOT).as_posix()
        for path in source_files()
        if "migrations" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > 400
    }
    assert long <= set(LONG_FILES), "split it, or give the reason in LONG_FILES"


def test_half_of_the_files_stay_under_120_lines():
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in source_files())
    assert lengths[len(lengths) // 2] < 120


def test_a_module_says_in_a_line_what_it_is_for():
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in source_files()
        if "migrations" not in path.parts
        and (text := path.read_text(encoding="utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
    ]
    assert not silent


def test_only_entry_points_print():
    printing = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in source_files()
        if not path.is_relative_to(PACKAGE / "entrypoints")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not printing


def test_there_is_no_room_for_leftovers():
    names = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not [path for path in source_files() if path.name in names]


def test_what_is_made_is_not_kept():
    made = [
        path.relative_to(ROOT).as_posix()
        for path in kept_files()
        if path.suffix in {".mo", ".pyc", ".whl"}
        or ".min." in path.name
        or {"vendor", "node_modules", "generated", "test-tools"} & set(path.relative_to(ROOT).parts)
    ]
    assert not made


def test_every_error_speaks_both_languages_and_ends_with_what_to_do():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools/reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    reference.load()
    from jutong.kernel.errors import error_codes

    own = {code: error for code, error in error_codes().items() if error.__module__.startswith("jutong.")}
    assert own
    for code, error in own.items():
        assert re.search(r"[㐀-鿿]", error.zh), code
        assert not re.search(r"[㐀-鿿]", error.en), code
        # A message may end in a blank that is filled with a whole sentence.
        assert error.zh.endswith(("。", "_zh}")), code
        assert error.en.endswith((".", "?", "_en}")), code
    silent = {code: error.zh for code, error in own.items() if not _says_what_to_do(error.zh)}
    assert not silent, "end with the next step: 请……"


def _says_what_to_do(zh: str) -> bool:
    sentences = [part for part in re.split(r"[。；]", zh) if part]
    return zh.endswith("_zh}") or any(
        word in part for part in sentences[-2:] for word in ("请", "须", "可用的")
    )


def test_the_blanks_of_a_message_are_the_same_in_both_languages():
    from string import Formatter

    from jutong.kernel.errors import error_codes

    def blanks(text: str) -> set[str]:
        # `reason_zh` and `reason_en` are one blank in two languages.
        return {re.sub(r"_(zh|en)$", "", name) for _, name, _, _ in Formatter().parse(text) if name}

    differing = {
        code: (blanks(error.zh), blanks(error.en))
        for code, error in error_codes().items()
        if error.__module__.startswith("jutong.") and blanks(error.zh) != blanks(error.en)
    }
    assert not differing


def test_every_text_of_the_pages_has_its_english():
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools/translations.py")
    translations = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(translations)
    faults = list(translations.faults())
    assert not faults, f"{len(faults)}: " + "\n".join(faults[:20])


def test_no_test_is_skipped_where_nothing_may_be():
    text = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "JUTONG_TEST_NOTHING_SKIPPED=1" in text
