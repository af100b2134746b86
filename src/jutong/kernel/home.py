"""The one data home: where each store lives under `JUTONG_HOME`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o700


@dataclass(frozen=True, slots=True)
class DataHome:
    """Names every file and folder below the data home; making them is `create`."""

    root: Path

    @property
    def control_database(self) -> Path:
        return self.root / "control.sqlite"

    @property
    def jobs_database(self) -> Path:
        return self.root / "jobs.sqlite"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def serving(self) -> Path:
        """Look-up snapshots: one folder an entry's service name."""
        return self.root / "serving"

    @property
    def releases(self) -> Path:
        """Release files of open datasets: one folder a dataset."""
        return self.root / "releases"

    @property
    def policies(self) -> Path:
        """The policy snapshot that the gateway obeys."""
        return self.root / "policies"

    @property
    def evidence(self) -> Path:
        return self.root / "evidence"

    @property
    def sources(self) -> Path:
        """Files and databases of the departments: the only folder that file connectors may read from."""
        return self.root / "sources"

    @property
    def corrections(self) -> Path:
        """Uploaded files of corrected rows, sealed, until a worker has read them."""
        return self.root / "corrections"

    @property
    def pushed(self) -> Path:
        """What sources sent and is not yet collected: one folder a source."""
        return self.root / "pushed"

    @property
    def secrets(self) -> Path:
        """Keys; readable by the platform's own user alone."""
        return self.root / "secrets"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    def create_root(self) -> None:
        """Make the data home itself; safe to run again."""
        self.root.mkdir(parents=True, exist_ok=True, mode=PRIVATE)

    def create(self) -> None:
        """Make every folder; safe to run again.

        What is made here is for the platform's user alone: rows of registers lie in these folders. A mode that an
        administrator gave later stays (a drop folder that others write into), but for the keys'.
        """
        self.create_root()
        rooms = (
            self.lake,
            self.serving,
            self.releases,
            self.policies,
            self.evidence,
            self.pushed,
            self.secrets,
            self.logs,
        )
        for room in (*rooms, self.sources):
            room.mkdir(exist_ok=True, mode=PRIVATE)
        self.secrets.chmod(PRIVATE)
