"""A draft of an entry's items from a profile, in catalogue terms; the department confirms or corrects it."""

import re
from typing import Final

from pypinyin import Style, lazy_pinyin

from jutong.dataflow.connectors.column_names import ChineseName, chinese_name
from jutong.dataflow.connectors.profile import ColumnProfile, FileProfile
from jutong.vocabulary.catalogue import (
    DEFAULT_LEVELS,
    DEFAULT_MASKS,
    DataType,
    Level,
    Meaning,
    OpenType,
    SharingType,
)
from jutong.vocabulary.contracts import FIELD_PATTERN, InformationItem

# A meaning below this confidence is shown in the profile, but no rule or mask is built on it.
CONVINCED: Final = 0.5
_LENGTHS: Final = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 4_000)
_FIXED_LENGTHS: Final = {
    Meaning.CITIZEN_ID: 18,
    Meaning.USCC: 18,
    Meaning.REAL_ESTATE_UNIT: 28,
    Meaning.VIN: 17,
    Meaning.MOBILE: 11,
    Meaning.POSTCODE: 6,
}
_KEY_MEANINGS: Final = frozenset({Meaning.CITIZEN_ID, Meaning.USCC, Meaning.REAL_ESTATE_UNIT, Meaning.VIN})
_KEY_NAME: Final = re.compile(
    r"(.*(编号|编码|标识码?|主键)|.*(^|_)(id|code|bh|bm)|id|bsm|.*bsm)$", re.IGNORECASE
)


def propose_items(profile: FileProfile) -> tuple[InformationItem, ...]:
    """One item a column, in the profile's order; English names are unique and fit `FIELD_PATTERN`."""
    names = field_names([column.name for column in profile.columns])
    key = key_of(profile)
    return tuple(
        item_of(column, field, is_key=column is key)
        for column, field in zip(profile.columns, names, strict=True)
    )


def item_of(column: ColumnProfile, field: str, *, is_key: bool, comment: str = "") -> InformationItem:
    """The item that a column proposes."""
    recognition = column.recognition
    meaning = recognition.meaning if recognition.confidence >= CONVINCED else None
    # A doubt whether a column names persons is settled for their protection.
    guarded = recognition.meaning
    level = DEFAULT_LEVELS.get(guarded, Level.L1) if guarded else Level.L1
    sensitive = level.rank >= Level.L3.rank
    return InformationItem(
        name=name_of(column, comment).name,
        field=field,
        data_type=column.data_type,
        length=_length(column, meaning),
        required=is_key,
        key=is_key,
        level=level,
        sharing_type=SharingType.CONDITIONAL if sensitive else SharingType.UNCONDITIONAL,
        open_type=OpenType.NOT_OPEN if sensitive else OpenType.UNCONDITIONAL,
        meaning=meaning,
        mask=DEFAULT_MASKS.get(guarded) if guarded else None,
    )


def name_of(column: ColumnProfile, comment: str = "") -> ChineseName:
    """The Chinese name that a column proposes."""
    found = column.recognition
    return chinese_name(
        column.name,
        comment,
        meaning=found.meaning if found.confidence >= CONVINCED else None,
        checked=bool(column.distinct),
    )


def _length(column: ColumnProfile, meaning: Meaning | None) -> int | None:
    """Room for the longest value seen; None where the type or a longer text has no length."""
    if column.data_type is not DataType.TEXT:
        return None
    if meaning in _FIXED_LENGTHS:
        return max(_FIXED_LENGTHS[meaning], column.max_length)
    return next((length for length in _LENGTHS if column.max_length <= length), None)


def key_of(profile: FileProfile) -> ColumnProfile | None:
    """The first column without gaps or repetitions that identifies by its meaning or by its name."""
    unique = [column for column in profile.columns if column.unique and profile.distinct_exact]
    by_meaning = (column for column in unique if column.recognition.meaning in _KEY_MEANINGS)
    by_name = (column for column in unique if _KEY_NAME.fullmatch(column.name))
    return next(by_meaning, None) or next(by_name, None)


def field_names(names: list[str]) -> tuple[str, ...]:
    """English names for columns: ASCII ones stay, Chinese ones become their pinyin initials (姓名 → xm)."""
    taken: set[str] = set()
    return tuple(_free(candidate, taken) for candidate in map(_field_name, names))


def _field_name(name: str) -> str:
    if re.fullmatch(FIELD_PATTERN, name):
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()[:60]
    plain = re.sub(r"[（(].*?[)）]", "", name) or name
    initials = "".join(lazy_pinyin(plain, style=Style.FIRST_LETTER)).lower()
    field = re.sub(r"_+", "_", re.sub(r"[^a-z0-9_]", "_", initials)).strip("_")
    if not field or not field[0].isalpha():
        field = f"c_{field}".rstrip("_")
    return field[:60]


def _free(candidate: str, taken: set[str]) -> str:
    chosen, number = candidate, 2
    while chosen in taken:
        chosen, number = f"{candidate}_{number}", number + 1
    taken.add(chosen)
    return chosen
