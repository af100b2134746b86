"""Rules that compare items of one row with each other."""

from dataclasses import dataclass
from typing import Final, Literal

from sqlglot import exp

from jutong.dataflow.quality import dialect as d
from jutong.dataflow.quality.rules import ItemRule
from jutong.kernel.errors import Language
from jutong.vocabulary.catalogue import QualityDimension

Part = Literal["birth_date", "sex"]

_PARTS: Final = {"birth_date": ("出生日期", "birth date"), "sex": ("性别", "sex")}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreesWithCitizenId(ItemRule):
    """Birth date or sex as the row's own ID number has it (一致性; GB 11643: digits 7 to 14, and 17, odd for men)."""

    kind = "agrees_with_id"
    title_zh, title_en = "与身份号码一致", "Agrees with the ID number"
    dimension = QualityDimension.CONSISTENCY

    id_item: str
    part: Part

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.item, self.id_item)

    def violation(self) -> exp.Expr:
        number = d.text_of(self.id_item)
        readable = d.sql("regexp_matches(:n, '^[0-9]{17}[0-9X]$')", n=number)
        if self.part == "birth_date":
            day = d.as_date(d.trimmed(self.item))
            same = d.sql(
                ":day = try_cast(substr(:n, 7, 4) || '-' || substr(:n, 11, 2) || '-' || substr(:n, 13, 2) AS date)",
                day=day,
                n=number,
            )
        else:
            same = d.sql(
                "CASE WHEN try_cast(substr(:n, 17, 1) AS int) % 2 = 1 THEN :t IN ('1', '男') "
                "ELSE :t IN ('2', '女') END",
                n=number,
                t=d.trimmed(self.item),
            )
        return d.wrong(self.item, exp.and_(readable, d.sql("NOT coalesce(:same, FALSE)", same=same)))

    def describe(self, language: Language = "zh") -> str:
        zh, en = _PARTS[self.part]
        if language == "zh":
            return f"{self.item} 应与 {self.id_item} 中的{zh}一致"
        return f"{self.item} agrees with the {en} in {self.id_item}"
