"""The pool's side of the row hash `sha1_text_v1`: the first 64 bits of the SHA-1 of a row's texts.

The columns' texts, in their order, stand between `FIELD` characters; `NOTHING` stands for no value.
"""

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from jutong.dataflow.connectors.text_hashes import FIELD, METHOD, NOTHING
from jutong.dataflow.quality.casts import TEXTS
from jutong.dataflow.quality.dialect import sql
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import InformationItem

__all__ = ["METHOD", "row_hash"]

_DOUBLE: Final = (
    "CASE WHEN :v = 0 THEN '0' WHEN NOT abs(:v) BETWEEN 1e-20 AND 9e18 THEN replace(cast(:v AS text), 'e+', 'e') "
    "ELSE CASE WHEN :v < 0 THEN '-' ELSE '' END || cast(cast(floor(abs(:v)) AS bigint) AS text) || ':' || "
    "cast(cast(floor((abs(:v) - floor(abs(:v))) * 4611686018427387904.0::double) AS bigint) AS text) END"
)


def row_hash(items: Sequence[InformationItem]) -> exp.Expr:
    """The hash of a pool's row, an unsigned number of 64 bits."""
    nothing = exp.Literal.string(NOTHING)
    texts = [exp.func("coalesce", _text(item), nothing.copy()) for item in items]
    body = exp.func("concat_ws", exp.Literal.string(FIELD), *texts)
    return sql("cast('0x' || left(sha1(:body), 16) AS ubigint)", body=body)


def _text(item: InformationItem) -> exp.Expr:
    value = exp.column(item.field, quoted=True)
    if item.data_type in TEXTS:
        return value
    if item.data_type is DataType.BOOLEAN:
        return sql("cast(cast(:v AS int) AS text)", v=value)
    if item.data_type is DataType.TIMESTAMP:
        return sql("strftime(:v, '%Y-%m-%d %H:%M:%S.%f')", v=value)
    if item.data_type in {DataType.INTEGER, DataType.MONEY, DataType.DATE}:
        return exp.cast(value, "text")
    return sql(_DOUBLE, v=value)
