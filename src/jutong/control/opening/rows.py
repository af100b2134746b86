"""From rows of tables to what the portal shows."""

from collections.abc import Mapping, Sequence

import msgspec

from jutong.control.catalogue.api import EntrySummary, contract_of, summaries_of
from jutong.control.opening.errors import DatasetNotFound
from jutong.control.opening.gate import release_gate
from jutong.control.opening.models import Dataset
from jutong.control.opening.terms import DatasetStatus, Licence, Theme
from jutong.control.opening.values import DatasetView, OpenItem
from jutong.vocabulary.contracts import EntryContract, GrantedItem


def find(service: str) -> Dataset:
    """The dataset of `service`.

    Raises:
        DatasetNotFound: the entry was never opened, or it is withdrawn and its dataset with it.
    """
    row = Dataset.objects.select_related("entry").filter(entry__service=service, entry__live=True).first()
    if row is None:
        raise DatasetNotFound(service=service)
    return row


def items_of(row: Dataset) -> tuple[OpenItem, ...]:
    return msgspec.json.decode(row.items, type=tuple[OpenItem, ...])


def views_of(rows: list[Dataset]) -> tuple[DatasetView, ...]:
    """Views of `rows` in their order; datasets of entries that are no longer published are left out."""
    summaries = summaries_of([row.entry_id for row in rows])
    return tuple(_view(row, summaries) for row in rows if row.entry_id in summaries)


def _view(row: Dataset, summaries: Mapping[int, EntrySummary]) -> DatasetView:
    summary = summaries[row.entry_id]
    contract = contract_of(summary.service)
    status = DatasetStatus(row.status)
    if status is DatasetStatus.OPEN and not still_passes(contract, items_of(row)):
        status = DatasetStatus.PREPARING  # the entry was changed after the files were made
    return DatasetView(
        service=summary.service,
        code=summary.code,
        title=row.title,
        abstract=summary.abstract,
        provider=summary.provider,
        provider_name=summary.provider_name,
        theme=Theme(row.theme),
        licence=Licence(row.licence),
        open_type=summary.open_type,
        update_frequency=summary.update_frequency,
        status=status,
        items=released_items(contract, items_of(row)),
        contract=contract,
        opened_at=row.opened_at,
        released_at=row.released_at,
        release_version=row.release_version,
        rows=row.release_rows,
        release=row.release,
        views=row.views,
        downloads=row.downloads,
        withdrawn_reason=row.withdrawn_reason,
    )


def still_passes(contract: EntryContract, items: Sequence[OpenItem]) -> bool:
    """Whether files made of `items` may be given out under the contract as it is now."""
    return not release_gate(contract, items)


def released_items(contract: EntryContract, items: tuple[OpenItem, ...]) -> tuple[GrantedItem, ...]:
    """The chosen items that the entry still has, with their names."""
    names = {item.field: item.name for item in contract.items}
    return tuple(
        GrantedItem(field=item.field, name=names[item.field], mask=item.mask)
        for item in items
        if item.field in names
    )
