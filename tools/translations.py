"""Keep the English of the pages whole: find every text, compare it with `django.po`, without GNU gettext.

python tools/translations.py check     # what is missing, left over, or not marked for translation
python tools/translations.py update    # add new texts to django.po, empty, and drop those that went
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ROOT / "src/jutong"
ENGLISH: Final = SOURCES / "pages/locale/en/LC_MESSAGES/django.po"
KEYWORDS: Final[Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_CHINESE: Final = re.compile(r"[㐀-鿿]")
_BLANK: Final = re.compile(r"%\((\w+)\)[sd]")
# What may hold Chinese without being shown in both languages: marked texts, comments, scripts, the switch itself.
_MARKED: Final = re.compile(
    r"{% *blocktrans(?:late)?\b.*?{% *endblocktrans(?:late)? *%}|{% *comment\b.*?{% *endcomment *%}|{#.*?#}|{%.*?%}"
    r"|{{.*?}}|<!--.*?-->|<([a-z]+)[^>]*\blang=\"zh[^>]*>.*?</\1>",
    re.DOTALL,
)


def texts() -> Catalog:
    """Every text that code and templates mark for translation."""
    catalogue = Catalog(locale="en", project="jutong", charset="utf-8", fuzzy=False)
    for path in sorted(SOURCES.rglob("*.py")):
        if "migrations" not in path.parts:
            _add(catalogue, path, path.read_text(encoding="utf-8"))
    for path in templates():
        marked = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # All else is blanked out with X; without indentation the rest reads as Python.
        _add(catalogue, path, "\n".join(line.strip() for line in marked.splitlines()))
    return catalogue


def templates() -> list[Path]:
    return sorted(path for path in SOURCES.rglob("templates/**/*") if path.suffix in {".html", ".txt"})


def _add(catalogue: Catalog, path: Path, python: str) -> None:
    stream = io.BytesIO(python.encode())
    where = path.relative_to(ROOT).as_posix()
    for _line, function, words, _comments in _calls(stream):
        given = words if isinstance(words, tuple) else (words,)
        context = given[0] if "pgettext" in str(function) else None
        shown = [word for word in given[1 if context else 0 :] if isinstance(word, str)]
        if not shown or not shown[0]:
            continue
        plural = "ngettext" in str(function) or "npgettext" in str(function)
        catalogue.add((shown[0], shown[1]) if plural else shown[0], locations=[(where, 0)], context=context)


def _calls(stream: io.BytesIO) -> Iterator[tuple[int, str, Any, list[str]]]:
    # Babel's types say a list of texts; it gives one text, or a tuple where the call has several arguments.
    yield from cast("Any", extract_python(stream, KEYWORDS, (), {"encoding": "utf-8"}))


def english() -> Catalog:
    if not ENGLISH.exists():
        return Catalog(locale="en", project="jutong", charset="utf-8", fuzzy=False)
    with ENGLISH.open("rb") as stream:
        return read_po(stream, locale="en")


def faults() -> Iterator[str]:
    """One line for each text that is not, or not rightly, in English."""
    wanted, present = texts(), english()
    for message in wanted:
        if not message.id:
            continue
        found = present.get(message.id, message.context)
        where = message.locations[0][0] if message.locations else "?"
        if found is None or not _is_translated(found):
            yield f"{where}: no English for {message.id!r}"
        elif _blanks(message.id) != _blanks(found.string):
            yield f"{where}: the blanks of the English for {message.id!r} differ"
    for message in present:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"{ENGLISH.relative_to(ROOT)}: {message.id!r} is used nowhere; run `make translations`"
    for path in templates():
        rest = _MARKED.sub(lambda found: "\n" * found[0].count("\n"), path.read_text(encoding="utf-8"))
        for number, line in enumerate(rest.splitlines(), start=1):
            if _CHINESE.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: Chinese text that is not marked for translation"


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return not message.fuzzy and all(strings)


def _blanks(text: Any) -> frozenset[str]:
    return frozenset(_BLANK.findall(text if isinstance(text, str) else text[-1]))


def update() -> None:
    """Bring django.po to the texts of today; what is there stays."""
    present, wanted = english(), texts()
    for message in wanted:
        found = present.get(message.id, message.context) if message.id else None
        if found is not None:
            message.string = found.string
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as stream:
        write_po(stream, wanted, width=120, sort_by_file=True, include_lineno=False, omit_header=False)


def main() -> None:
    if not settings.configured:
        settings.configure(USE_I18N=True)
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] != ["check"]:
        sys.exit("Say `check` or `update`.")
    found = list(faults())
    if found:
        print(*found, sep="\n", file=sys.stderr)
        sys.exit(
            f"✗ {len(found)} 处译文有误 translations to mend. 请补全 django.po：{ENGLISH.relative_to(ROOT)}"
        )


if __name__ == "__main__":
    main()
