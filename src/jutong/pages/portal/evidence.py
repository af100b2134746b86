"""The console's writer of evidence: one a process, opened with the first download."""

import atexit
from functools import lru_cache

from jutong.evidence.writer import EvidenceWriter, open_writer
from jutong.kernel.home import DataHome


@lru_cache(maxsize=4)
def evidence_writer(home: DataHome) -> EvidenceWriter:
    """The writer of this process for `home`; it is sealed when the process ends.

    Raises:
        WriterSlotTaken: every slot of the console is taken.
    """
    writer = open_writer(home, "console")
    atexit.register(writer.close)
    return writer
