"""The one place that loads DuckDB extensions: from the installed packages, by path, without network or home."""

import importlib.util
from pathlib import Path

import duckdb

from jutong.dataflow.lake.errors import EngineMissing


def extension_path(name: str) -> Path:
    """The file of extension `name` for the running DuckDB, out of its package `duckdb-extension-<name>`.

    Raises:
        EngineMissing: the package is not installed, or was built for another version of DuckDB.
    """
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        if path.is_file():
            return path
    raise EngineMissing(
        extension=name, version=duckdb.__version__, package=f"duckdb-extension-{name.replace('_', '-')}"
    )


def load_extensions(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Load extensions in the order given; the signature is still checked.

    Raises:
        EngineMissing: see `extension_path`.
    """
    for name in names:
        path = str(extension_path(name)).replace("'", "''")
        connection.execute(f"LOAD '{path}'")
