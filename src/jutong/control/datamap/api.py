"""Use cases of the data map: the only door for pages and commands."""

from jutong.control.datamap.exporting import as_graphml, as_json, edges_csv, nodes_csv
from jutong.control.datamap.mapping import SHOWN, find_nodes, graph
from jutong.control.datamap.terms import EdgeKind, NodeKind
from jutong.control.datamap.values import EVERY_KIND, DataMap, Edge, More, Node

__all__ = [
    "EVERY_KIND",
    "SHOWN",
    "DataMap",
    "Edge",
    "EdgeKind",
    "More",
    "Node",
    "NodeKind",
    "as_graphml",
    "as_json",
    "edges_csv",
    "find_nodes",
    "graph",
    "nodes_csv",
]
