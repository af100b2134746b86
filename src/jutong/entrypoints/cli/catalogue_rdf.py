"""The published catalogue as DCAT-AP, written entry by entry."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from jutong.control.catalogue.values import EntryFilter
from jutong.control.directory.api import Actor
from jutong.control.interchange.dcat import api as dcat
from jutong.entrypoints.settings import platform_settings

# name of the format → ending of the file
RDF_ENDINGS: Final[Mapping[str, str]] = {"dcat-ttl": "ttl", "dcat-jsonld": "jsonld"}


def export_rdf(actor: Actor, out: Path, ending: str, *, department: str) -> int:
    """Write what is published, of one department or of all; how many entries that is.

    The file is whole or not there: it is written beside its place and renamed.
    """
    platform = platform_settings()
    root = dcat.DcatSettings.read(os.environ).root(f"http://{platform.host}:{platform.port}")
    addresses = dcat.sharing_addresses(root)
    around = dcat.Surroundings.read(platform.public_gateway_url)
    where = EntryFilter(live=True, provider=department)
    count = 0

    def counted() -> Iterator[dcat.Resource]:
        nonlocal count
        for resource in dcat.published_entries(actor, around, addresses, where=where):
            count += 1
            yield resource

    head = dcat.sharing_head(around, addresses)
    beside = out.with_name(f".{out.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            nodes = dcat.catalogue_nodes(head, counted(), addresses)
            file.writelines(dcat.WRITERS[ending].write(nodes))
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return count
