"""The kinds of catalogue that can be harvested."""

from collections.abc import Mapping
from typing import Final, Protocol

from jutong.dataflow.catalogues.ckan import Ckan
from jutong.dataflow.catalogues.datajson import DataJson
from jutong.dataflow.catalogues.dcat import Dcat
from jutong.dataflow.catalogues.fetching import Fetcher
from jutong.dataflow.catalogues.records import SourcePage
from jutong.vocabulary.harvest import CatalogueKind, CatalogueRecord, RawRecord, RecordFinding


class CatalogueReader(Protocol):
    """Reads one kind of catalogue. A page can be asked for again with the same cursor after any interruption."""

    def page(self, address: str, cursor: str, *, fetch: Fetcher, validators: Mapping[str, str]) -> SourcePage:
        """The page at `cursor` ("" is the first) of the catalogue at `address`.

        Raises:
            AddressNotAllowed, CatalogueUnreachable, CatalogueRefused, CatalogueTooLarge, CatalogueUnreadable
        """
        ...

    def record(self, raw: RawRecord) -> tuple[CatalogueRecord, tuple[RecordFinding, ...]]:
        """What a record says in our words, and what was met on the way; never fails for what is in it."""
        ...


READERS: Final[Mapping[CatalogueKind, CatalogueReader]] = {
    CatalogueKind.DCAT: Dcat(),
    CatalogueKind.CKAN: Ckan(),
    CatalogueKind.DATA_JSON: DataJson(),
}


def reader_of(kind: CatalogueKind) -> CatalogueReader:
    return READERS[kind]
