"""Columns that leave as files: masked where the release says so, untouched elsewhere."""

import pyarrow as pa

from jutong.dataflow.masking import mask_batches
from jutong.vocabulary.catalogue import MaskMethod


def test_only_the_named_columns_are_masked_and_every_row_stays():
    batch = pa.RecordBatch.from_pydict(
        {
            "name": ["张三丰", None, "张三丰"],
            "phone": ["13800000000", "13900000001", None],
            "rows": [1, 2, 3],
        }
    )
    masked = list(mask_batches([batch], {"name": MaskMethod.NAME, "phone": MaskMethod.MOBILE}))
    assert masked[0].to_pydict() == {
        "name": ["张**", None, "张**"],
        "phone": ["138****0000", "139****0001", None],
        "rows": [1, 2, 3],
    }


def test_a_date_is_masked_to_its_year():
    batch = pa.RecordBatch.from_pydict({"born": pa.array(["1990-01-02"]).cast(pa.date32())})
    masked = list(mask_batches([batch], {"born": MaskMethod.YEAR}))
    assert masked[0].to_pydict() == {"born": ["1990"]}
