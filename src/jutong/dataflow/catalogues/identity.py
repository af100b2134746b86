"""By what a record is known again at the next visit."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from jutong.dataflow.catalogues.content import canonical
from jutong.dataflow.catalogues.notes import finding
from jutong.vocabulary.harvest import RawRecord, Side

IDENTIFIER_LIMIT: Final = 400


def identified(value: dict[str, Any], names: Iterable[Any], others: Iterable[Any] = ()) -> RawRecord:
    """`value` as a raw record under the first of `names` that is a text; else under the first of `others`, which
    are addresses of it, its title, its content: then it is noted that it has no identifier.
    """
    raw = canonical(value)
    own = next(_texts(names), "")
    if own:
        return RawRecord(identifier=own, raw=raw)
    title = value.get("title")
    titles = [f"title {title}"] if isinstance(title, str) and title.strip() else []
    basis = next(_texts((*others, *titles)), f"content {raw}")
    missing = (finding(Side.THEIRS, "identifier_missing", "identifier"),)
    return RawRecord(identifier=derived(basis), raw=raw, findings=missing)


def _texts(names: Iterable[Any]) -> Iterator[str]:
    for name in names:
        if isinstance(name, str | int) and not isinstance(name, bool):
            text = " ".join(str(name).encode("utf-8", "replace").decode().replace("\0", " ").split())
            if text:
                yield text if len(text) <= IDENTIFIER_LIMIT else derived(text)


def derived(text: str) -> str:
    """A name for what has none of its own, the same for the same text."""
    return f"urn:jutong:derived:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:32]}"


def object_of(raw: RawRecord) -> dict[str, Any]:
    value = json.loads(raw.raw)
    return value if isinstance(value, dict) else {}
