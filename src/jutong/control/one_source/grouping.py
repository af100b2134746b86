"""Groups of the same item among all items of a city: by blocks and inverted indexes, never by all pairs; no database."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from jutong.control.one_source.judging import best_representative, judge, likeness
from jutong.control.one_source.naming import Naming, with_subjects
from jutong.control.one_source.terms import ItemRole, Part
from jutong.control.one_source.values import Group, Identity, ItemFact, Judgement, PartScore, Place
from jutong.control.standards.api import StandardsIndex
from jutong.vocabulary.sketches import ColumnSketch

SketchOf = Callable[[Sequence[Place]], Mapping[Place, ColumnSketch]]

_COMMON_PAIR: Final = 80
"""A pair of characters in more names than this tells nothing: 名称, 日期."""
_COMMON_HASH: Final = 40
_AT_ONCE: Final = 1000
_NEAR_NAME: Final = 0.6
_SHARED_HASHES: Final = 4
SAMPLE: Final = 16
"""How many of a column's smallest hashes are looked at for finding columns with like values."""


@dataclass(slots=True)
class _Block:
    """Items of one key: taken for the same until something speaks against it."""

    identity: Identity
    members: list[ItemFact] = field(default_factory=list)
    leader: ItemFact | None = None

    @property
    def representative(self) -> ItemFact:
        if self.leader is None:
            self.leader = best_representative(self.members)
        return self.leader


def without_sketches(_places: Sequence[Place]) -> Mapping[Place, ColumnSketch]:
    return {}


def groups_of(
    facts: Iterable[ItemFact],
    index: StandardsIndex,
    *,
    sketches: SketchOf = without_sketches,
    samples: Mapping[Place, Sequence[int]] | None = None,
) -> tuple[Group, ...]:
    """Every group of items that two or more lines of departments hold, the highest rank first.

    `samples` are the smallest hashes of columns that may find each other by their values.
    """
    naming = Naming(index)
    given = list(facts)
    subjects = with_subjects(given)
    blocks = _blocks((replace(fact, subject=subjects[fact.service]) for fact in given), naming)
    reference = [block for block in blocks.values() if block.identity.role is ItemRole.REFERENCE]
    substantive = {key: block for key, block in blocks.items() if block.identity.role is ItemRole.SUBSTANTIVE}
    _merge_near(substantive, naming, sketches, samples or {})
    found = [
        group for block in substantive.values() if (group := _substantive_group(block, naming, sketches))
    ]
    found += [group for block in reference if (group := _reference_group(block, naming))]
    return tuple(sorted(found, key=lambda group: (-group.rank, group.key)))


def _blocks(facts: Iterable[ItemFact], naming: Naming) -> dict[str, _Block]:
    blocks: dict[str, _Block] = {}
    for fact in facts:
        identity = naming.identity(fact)
        if identity.role is ItemRole.TECHNICAL:
            continue
        block = blocks.get(identity.key)
        if block is None:
            block = blocks[identity.key] = _Block(identity)
        block.members.append(fact)
    return blocks


def _lines(members: Iterable[ItemFact]) -> frozenset[str]:
    return frozenset(member.line for member in members)


def _merge_near(
    blocks: dict[str, _Block],
    naming: Naming,
    sketches: SketchOf,
    samples: Mapping[Place, Sequence[int]],
) -> None:
    """Join blocks whose names or values are near, the smaller into the larger."""
    pairs = {*_near_by_name(blocks), *_near_by_values(blocks, samples)}
    for one, other in sorted(pairs):
        if one not in blocks or other not in blocks:
            continue
        big, small = sorted((one, other), key=lambda key: (-len(blocks[key].members), key))
        left, right = blocks[big].representative, blocks[small].representative
        verdict = _judged(left, right, naming, sketches)
        if verdict.same:
            blocks[big].members.extend(blocks.pop(small).members)


def _near_by_name(blocks: Mapping[str, _Block]) -> Iterator[tuple[str, str]]:
    """Keys of blocks whose bare names share most of their rarer pairs of characters."""
    keys = sorted(blocks)
    postings: defaultdict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        bare = blocks[key].identity.bare
        for pair in {bare[i : i + 2] for i in range(len(bare) - 1)}:
            postings[pair].append(number)
    met: Counter[tuple[int, int]] = Counter()
    for numbers in postings.values():
        if 1 < len(numbers) <= _COMMON_PAIR:
            for place, one in enumerate(numbers):
                for other in numbers[place + 1 :]:
                    met[one, other] += 1
    for one, other in met:
        ours, theirs = blocks[keys[one]].identity, blocks[keys[other]].identity
        if ours.generic or theirs.generic or ours.qualifier != theirs.qualifier:
            continue
        if likeness(ours.bare, theirs.bare) >= _NEAR_NAME:
            yield keys[one], keys[other]


def _near_by_values(
    blocks: Mapping[str, _Block], samples: Mapping[Place, Sequence[int]]
) -> Iterator[tuple[str, str]]:
    """Keys of blocks of which a column of one has many of the smallest hashes of a column of the other."""
    postings: defaultdict[int, set[str]] = defaultdict(set)
    for key, block in blocks.items():
        for member in block.members:
            for value in samples.get(member.place, ())[:SAMPLE]:
                postings[value].add(key)
    met: Counter[tuple[str, str]] = Counter()
    for keys in postings.values():
        if 1 < len(keys) <= _COMMON_HASH:
            ordered = sorted(keys)
            for place, one in enumerate(ordered):
                for other in ordered[place + 1 :]:
                    met[one, other] += 1
    for pair, count in met.items():
        if count >= _SHARED_HASHES:
            yield pair


def _judged(left: ItemFact, right: ItemFact, naming: Naming, sketches: SketchOf) -> Judgement:
    known = sketches((left.place, right.place))
    return judge(left, right, naming, (known.get(left.place), known.get(right.place)))


def _substantive_group(block: _Block, naming: Naming, sketches: SketchOf) -> Group | None:
    if len(_lines(block.members)) < 2:
        return None
    leader = block.representative
    sketches([member.place for member in block.members[:_AT_ONCE]])  # all of a group in one reading
    verdicts = [
        (member, _judged(leader, member, naming, sketches))
        for member in block.members
        if member is not leader
    ]
    same = [(member, verdict) for member, verdict in verdicts if verdict.same]
    members = (leader, *(member for member, _ in same))
    elsewhere = [(member, verdict) for member, verdict in same if member.line != leader.line]
    if not elsewhere:
        return None
    return Group(
        key=block.identity.key,
        name=_name_of(block, naming),
        role=ItemRole.SUBSTANTIVE,
        members=members,
        score=round(sum(verdict.score for _, verdict in elsewhere) / len(elsewhere), 3),
        parts=max((verdict for _, verdict in elsewhere), key=lambda verdict: verdict.score).parts,
        overlap=_largest_overlap(verdict for _, verdict in elsewhere),
    )


def _largest_overlap(verdicts: Iterable[Judgement]) -> float | None:
    shares = [
        part.score for one in verdicts for part in one.parts if part.part is Part.VALUES and part.weight
    ]
    return max(shares, default=None)


def _reference_group(block: _Block, naming: Naming) -> Group | None:
    """Identifying items are one group a concept: not compared, only counted."""
    if len(_lines(block.members)) < 2:
        return None
    name = _name_of(block, naming)
    reason = PartScore(
        part=Part.NAME,
        score=1.0,
        weight=0,
        zh=f"“{name}”说明一行数据是谁的，各部门按职责持有，无须逐项定源",
        en=f"“{name}” says whom a row is about: every department holds it by its duty",
    )
    return Group(
        key=block.identity.key,
        name=name,
        role=ItemRole.REFERENCE,
        members=tuple(block.members),
        score=0.0,
        parts=(reason,),
    )


def _name_of(block: _Block, naming: Naming) -> str:
    identity = block.identity
    if identity.concept:
        return identity.qualifier + naming.index.elements[identity.concept].zh
    return block.representative.name
