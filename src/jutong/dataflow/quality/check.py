"""Run rules over a table in one pass: which rows break which rules, and how many do."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from jutong.dataflow.lake import Engine
from jutong.dataflow.quality import dialect as d
from jutong.dataflow.quality.native import Types, simplified
from jutong.dataflow.quality.rules import QualityRule, Required, Unique
from jutong.vocabulary.contracts import RuleOutcome

SAMPLES: Final = 10
_BITS: Final = 60  # of a signed 64-bit number, that every engine has


def check(
    engine: Engine,
    table: str,
    rules: Sequence[QualityRule],
    *,
    findings: str = "findings",
    types: Types | None = None,
) -> tuple[RuleOutcome, ...]:
    """Judge every row of `table` (it has a column `_row_no`, unique) by `rules`; one outcome a rule, in order.

    Leaves the table `findings` (`_row_no`, `broken`: the codes of the rules that the row breaks) with the
    rows that break any. Outcomes hold counts and row numbers, never values. `types`, where they are known, save work.
    """
    source = exp.table_(table, quoted=True)
    faults = [_fault(engine, source, rule, f"{findings}_repeated_{n}") for n, rule in enumerate(rules)]
    faults = simplified(faults, types or {})
    engine.write(findings, _found(source, rules, faults))
    for number in range(len(rules)):
        engine.drop(f"{findings}_repeated_{number}")
    return outcomes(engine, rules, _filled(engine, source, rules), findings=findings)


def judge(
    rules: Sequence[QualityRule], violations: Sequence[exp.Expr]
) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """The same as columns that a scan carries along: first those that a query below has to give, then `_mask_0` ….

    A mask has the bit n of the n-th rule (60 to a mask) where the row breaks it; a rule about several rows is taken
    for kept.
    """
    single = [
        exp.false() if isinstance(rule, Unique) else violation
        for rule, violation in zip(rules, violations, strict=True)
    ]
    return _masks(rules, single)


def check_judged(
    engine: Engine,
    table: str,
    rules: Sequence[QualityRule],
    filled: Sequence[int],
    *,
    findings: str = "findings",
) -> tuple[RuleOutcome, ...]:
    """As `check`, of a `table` with the masks of `judge`; `filled` says how many rows each rule judged."""
    masks: list[exp.Expr] = [exp.column(f"_mask_{n}") for n in range(_masks_for(rules))]
    engine.write(findings, _listed(exp.table_(table, quoted=True), rules, masks))
    return outcomes(engine, rules, filled, findings=findings)


def outcomes(
    engine: Engine, rules: Sequence[QualityRule], filled: Sequence[int], *, findings: str
) -> tuple[RuleOutcome, ...]:
    """One outcome a rule from the table `findings`."""
    counted = exp.select("code", "count(*) AS failed", f"min(_row_no, {SAMPLES}) AS samples").from_(
        exp.select(d.ROW_NUMBER, "unnest(broken) AS code")
        .from_(exp.table_(findings, quoted=True))
        .subquery("f")
    )
    found = {row["code"]: row for row in engine.sql(counted.group_by("code")).to_pylist()}
    return tuple(
        RuleOutcome(
            code=rule.code,
            kind=rule.kind,
            dimension=rule.dimension,
            fields=rule.fields,
            checked=checked,
            failed=found[rule.code]["failed"] if rule.code in found else 0,
            blocking=rule.blocking,
            sample_keys=tuple(str(row) for row in found[rule.code]["samples"]) if rule.code in found else (),
        )
        for rule, checked in zip(rules, filled, strict=True)
    )


def _fault(engine: Engine, source: exp.Table, rule: QualityRule, kept: str) -> exp.Expr:
    """The rule's violation as a condition on a single row."""
    if not isinstance(rule, Unique):
        return rule.violation()
    # Only rows whose key occurs more than once are put in order: a window over the whole table costs far more.
    keys = [d.text_of(item) for item in rule.items]
    names = [f"_k{n}" for n in range(len(keys))]
    aliased = [exp.alias_(key, name) for key, name in zip(keys, names, strict=True)]
    repeated = exp.select(*aliased).from_(source.copy()).where(rule.filled()).group_by(*keys)
    repeated = repeated.having("count(*) > 1")
    same = exp.and_(
        *(
            exp.NullSafeEQ(this=key.copy(), expression=exp.column(name, table="r"))
            for key, name in zip(keys, names, strict=True)
        )
    )
    suspects = exp.select(d.ROW_NUMBER, *(exp.column(item, quoted=True) for item in rule.items)).from_(
        source.copy()
    )
    suspects = suspects.join(repeated.subquery("r"), on=same, join_type="inner")
    judged = exp.select(d.ROW_NUMBER, exp.alias_(rule.violation(), "broken")).from_(suspects.subquery("s"))
    engine.write(kept, exp.select(d.ROW_NUMBER).from_(judged.subquery("j")).where("broken"))
    return exp.In(
        this=exp.column(d.ROW_NUMBER),
        query=exp.select(d.ROW_NUMBER).from_(exp.table_(kept, quoted=True)).subquery(),
    )


def _found(source: exp.Table, rules: Sequence[QualityRule], faults: Sequence[exp.Expr]) -> exp.Select:
    """Rows with the codes that they break: faults become bits first, since most rows break nothing."""
    shared, masks = _masks(rules, faults)
    prepared = (
        exp.select("*", *shared, copy=False).from_(source.copy(), copy=False).subquery("prepared", copy=False)
    )
    masked = (
        exp.select(d.ROW_NUMBER, *masks, copy=False)
        .from_(prepared, copy=False)
        .subquery("masked", copy=False)
    )
    return _listed(masked, rules, [exp.column(mask.alias) for mask in masks])


def _masks_for(rules: Sequence[QualityRule]) -> int:
    return -(-len(rules) // _BITS)


def _masks(rules: Sequence[QualityRule], faults: Sequence[exp.Expr]) -> tuple[list[exp.Expr], list[exp.Expr]]:
    shared, faults = _share(faults)
    masks: list[exp.Expr] = []
    for start in range(0, len(rules), _BITS):
        bits = [
            d.sql("CASE WHEN :fault THEN :bit ELSE 0 END", fault=fault, bit=_big(1 << n))
            for n, fault in enumerate(faults[start : start + _BITS])
        ]
        total = bits[0]
        for bit in bits[1:]:
            total = exp.Add(this=total, expression=bit)
        masks.append(exp.alias_(total, f"_mask_{start // _BITS}", copy=False))
    return shared, masks


def _listed(masked: exp.Expr, rules: Sequence[QualityRule], masks: Sequence[exp.Expr]) -> exp.Select:
    """`_row_no`, `broken` of the rows that break any."""
    codes = [
        d.sql(
            "CASE WHEN (:mask & :bit) <> 0 THEN :code END",
            mask=masks[n // _BITS],
            bit=_big(1 << n % _BITS),
            code=exp.Literal.string(rule.code),
        )
        for n, rule in enumerate(rules)
    ]
    listed = d.sql("list_filter(:codes, x -> x IS NOT NULL)", codes=exp.Array(expressions=codes))
    any_fault = exp.or_(*(exp.NEQ(this=mask.copy(), expression=_big(0)) for mask in masks or [_big(0)]))
    listed = exp.alias_(listed, "broken", copy=False)
    return exp.select(d.ROW_NUMBER, listed, copy=False).from_(masked, copy=False).where(any_fault, copy=False)


def _share(faults: Sequence[exp.Expr]) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """Parts that occur more than once as columns of their own, and `faults` reading those columns.

    Engines compute a part anew wherever it stands below an AND or CASE. What is moved out (`trim`, `try_cast`)
    fails for no value, so it may be computed for every row.
    """
    whole = exp.Tuple(expressions=list(faults))
    times = Counter(
        part.sql() for part in whole.find_all(exp.Trim, exp.TryCast) if not _asks_for_text(part.parent)
    )
    names: dict[str, str] = {}
    shared: list[exp.Expr] = []

    def column_for(part: exp.Expr) -> exp.Expr:
        if _asks_for_text(part):  # seldom asked for: behind a test that nearly every value passes
            return part.copy()
        if not isinstance(part, exp.Trim | exp.TryCast) or times[part.sql()] < 2:
            return part
        if part.sql() not in names:
            names[part.sql()] = f"_shared_{len(names)}"
            shared.append(exp.alias_(part.copy(), names[part.sql()]))
        return exp.column(names[part.sql()])

    return shared, whole.transform(column_for, copy=False).expressions


def _asks_for_text(part: exp.Expr | None) -> bool:
    """Whether `part` is the slow half of `dialect.is_filled`."""
    return (
        isinstance(part, exp.NEQ) and isinstance(part.expression, exp.Literal) and part.expression.this == ""
    )


def _filled(engine: Engine, source: exp.Table, rules: Sequence[QualityRule]) -> list[int]:
    """For each rule, how many rows it judged: all for `Required`, else those with a value."""
    counts = [
        exp.Count(this=exp.Star() if isinstance(rule, Required) else exp.column(rule.fields[0], quoted=True))
        for rule in rules
    ]
    if not counts:
        return []
    named = [exp.alias_(count, f"c{n}") for n, count in enumerate(counts)]
    row = engine.sql(exp.select(*named).from_(source.copy())).to_pylist()[0]
    return [int(row[f"c{n}"]) for n in range(len(counts))]


def _big(number: int) -> exp.Expr:
    return exp.cast(exp.Literal.number(number), "bigint")
