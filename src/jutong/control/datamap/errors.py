"""What can go wrong with the data map."""

from jutong.kernel.errors import ErrorKind, JutongError


class NodeNotFound(JutongError):
    code = "datamap.node_not_found"
    kind = ErrorKind.NOT_FOUND
    zh = "图谱中没有“{node}”，或您不能查看。请在图谱页检索后重新选择。"
    en = "The map has no {node}, or it is not for you to see. Search the map and choose again."
