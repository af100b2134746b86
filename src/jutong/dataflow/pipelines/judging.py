"""The rules of an entry as SQL for columns of known types: written once, used by every run of the day."""

from dataclasses import dataclass
from functools import lru_cache

from jutong.dataflow.quality import QualityRule, native
from jutong.dataflow.quality.check import judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The rules over columns of known types, as SQL."""

    shared: tuple[str, ...]
    """What a query below gives."""
    masks: tuple[str, ...]
    names: tuple[str, ...]


@lru_cache(maxsize=256)
def judgement(rules: tuple[QualityRule, ...], kinds: tuple[tuple[str, str], ...]) -> Judgement:
    """Kept, since writing it takes a small table longer than its rows do; a day or a rule that changes is another key."""
    shared, masks = judge(rules, native.simplified([rule.violation() for rule in rules], dict(kinds)))
    return Judgement(
        shared=tuple(one.sql("duckdb") for one in shared),
        masks=tuple(one.sql("duckdb") for one in masks),
        names=tuple(mask.alias for mask in masks),
    )
