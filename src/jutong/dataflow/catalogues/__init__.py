"""Reading other platforms' catalogues (外部目录): DCAT, CKAN and data.json, page by page, without a database.

A reader knows its format and nothing of entries; the fetcher knows addresses and bounds, and nothing of formats.
"""

from jutong.dataflow.catalogues.errors import (
    AddressNotAllowed,
    CatalogueTooLarge,
    CatalogueUnreachable,
    CatalogueUnreadable,
)
from jutong.dataflow.catalogues.fetching import Fetched, Fetcher
from jutong.dataflow.catalogues.guard import AddressGuard
from jutong.dataflow.catalogues.readers import READERS, CatalogueReader, reader_of
from jutong.dataflow.catalogues.records import SourcePage
from jutong.dataflow.catalogues.settings import CatalogueSettings

__all__ = [
    "READERS",
    "AddressGuard",
    "AddressNotAllowed",
    "CatalogueReader",
    "CatalogueSettings",
    "CatalogueTooLarge",
    "CatalogueUnreachable",
    "CatalogueUnreadable",
    "Fetched",
    "Fetcher",
    "SourcePage",
    "reader_of",
]
