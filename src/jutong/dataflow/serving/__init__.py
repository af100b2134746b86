"""Immutable snapshots for point look-ups, and the release files of open datasets."""

from jutong.dataflow.serving.errors import (
    ItemUnknown,
    KeySetUnknown,
    LiveTooMany,
    LiveUnavailable,
    SnapshotUnusable,
)
from jutong.dataflow.serving.live import LiveService
from jutong.dataflow.serving.releases import (
    ReleaseColumn,
    ReleaseFile,
    ReleaseInfo,
    current_release,
    release_file_path,
    withdraw_release,
    write_release,
)
from jutong.dataflow.serving.snapshots import SnapshotInfo, publish_snapshot
from jutong.dataflow.serving.store import Snapshot, SnapshotStore, open_current, published_services

__all__ = [
    "ItemUnknown",
    "KeySetUnknown",
    "LiveService",
    "LiveTooMany",
    "LiveUnavailable",
    "ReleaseColumn",
    "ReleaseFile",
    "ReleaseInfo",
    "Snapshot",
    "SnapshotInfo",
    "SnapshotStore",
    "SnapshotUnusable",
    "current_release",
    "open_current",
    "publish_snapshot",
    "published_services",
    "release_file_path",
    "withdraw_release",
    "write_release",
]
