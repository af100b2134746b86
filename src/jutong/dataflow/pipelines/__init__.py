"""Collect, check, land: put together from the parts of the data plane."""

from jutong.dataflow.pipelines.checking import check_table
from jutong.dataflow.pipelines.collect import CollectProgress, collect, run_collection

__all__ = ["CollectProgress", "check_table", "collect", "run_collection"]
