"""What a reader may see of a value."""

from jutong.dataflow.masking.batches import mask_batches
from jutong.dataflow.masking.masks import HIDDEN, mask

__all__ = ["HIDDEN", "mask", "mask_batches"]
