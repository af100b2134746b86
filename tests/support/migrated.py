"""A control database that is ready at once: a copy of one that was migrated before, by these very migrations."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from tests.support.project import PACKAGE


def make_control_database() -> None:
    """Migrate the database of this process's settings; SQLite from a copy, for migrating takes seconds."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.DATA_HOME.create()
    if connection.vendor != "sqlite" or settings.DATA_HOME.control_database.exists():
        call_command("migrate", verbosity=0)
        return
    template = _template()
    if not template.exists():
        call_command("migrate", verbosity=0)
        with tempfile.TemporaryDirectory(dir=template.parent) as folder:
            copy = Path(folder) / "control.sqlite"
            connection.cursor().execute("VACUUM INTO %s", [str(copy)])
            copy.replace(template)
    else:
        connection.close()
        shutil.copyfile(template, settings.DATA_HOME.control_database)


def _template() -> Path:
    """One file a state of what a new database is made of: migrations, and the standards put into it."""
    digest = hashlib.sha256()
    made_of = [*PACKAGE.rglob("migrations/*.py"), *PACKAGE.glob("control/standards/**/*.py")]
    made_of += [path for path in PACKAGE.glob("vocabulary/**/*") if path.is_file() and path.suffix != ".pyc"]
    for path in sorted(made_of):
        digest.update(path.as_posix().encode() + path.read_bytes())
    return Path(tempfile.gettempdir()) / f"jutong-tests-{digest.hexdigest()[:16]}.sqlite"
