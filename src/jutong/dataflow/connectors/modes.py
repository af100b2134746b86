"""Which collection modes a source is capable of, by the capabilities that its kind declares."""

from collections.abc import Collection
from typing import Final

from jutong.dataflow.connectors.protocol import Capability
from jutong.vocabulary.collection import CollectionMode

# Each mode needs one of these.
NEEDED: Final = {
    CollectionMode.REPLACE: frozenset({Capability.SNAPSHOT, Capability.ENGINE}),
    CollectionMode.APPEND: frozenset({Capability.SNAPSHOT, Capability.ENGINE, Capability.PUSH}),
    CollectionMode.INCREMENTAL: frozenset({Capability.CURSOR}),
    CollectionMode.CHANGE_LOG: frozenset({Capability.CHANGE_LOG}),
    CollectionMode.PUSH: frozenset({Capability.PUSH}),
    CollectionMode.LOGICAL: frozenset({Capability.PUSHDOWN}),
}


def modes_of(capabilities: Collection[Capability]) -> tuple[CollectionMode, ...]:
    """The modes that a source with these capabilities offers, in the order of the vocabulary."""
    return tuple(mode for mode in CollectionMode if NEEDED[mode] & set(capabilities))
