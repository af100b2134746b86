"""How well columns are recognised: precision and recall of meanings over the registers of the demo city.

python -m bench.recognition [--scale 0.1]

The registers say what each column is; the surveys see the delivered files alone, faults and all. A column counts
as found where the recognised meaning (0.5 sure or more) is the register's; counted again with the columns' names
replaced, so that only the values speak.
"""

import argparse
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

from bench._support import progress, report
from jutong.dataflow.connectors import open_connector, profile_source, recognise
from jutong.demo.build import make_city, plan_city
from jutong.demo.registers import registers
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import Meaning

CONVINCED = 0.5
# Where the register says a date, a time stamp with midnight is as right, and the other way round.
SAME = {
    Meaning.TIMESTAMP: Meaning.DATE,
    Meaning.BIRTH_DATE: Meaning.BIRTH_DATE,
    Meaning.TELEPHONE: Meaning.MOBILE,
}


def judged(found, truth):
    """`right`, `wrong`, `missed` or `silent`."""
    if found is None:
        return "silent" if truth is None else "missed"
    return "right" if truth is not None and SAME.get(found, found) is SAME.get(truth, truth) else "wrong"


def counts(home):
    """Verdicts with names and without, and what was judged wrong."""
    named, nameless, wrong = Counter(), Counter(), []
    for register in registers(postgresql=False):
        delivery = register.delivery
        options = {**register.connector_options, "path": str(delivery.path)}
        if delivery.kind == "sqlite":
            options["table"] = delivery.table
        connector = open_connector(delivery.kind, options, root=home.sources)
        items = {one.field: one.item for one in register.columns}
        for column in profile_source(connector, name=register.title).columns:
            field = register.mapping.get(column.name)
            if field is None:
                continue
            truth, seen = items[field].meaning, column.recognition
            verdict = judged(seen.meaning if seen.confidence >= CONVINCED else None, truth)
            named[verdict] += 1
            if verdict in {"wrong", "missed"}:
                wrong.append(f"{register.service}.{column.name}: {truth} / {seen.meaning}")
            blind = recognise("c", column.values)
            nameless[judged(blind.meaning if blind.confidence >= CONVINCED else None, truth)] += 1
    return named, nameless, wrong


def rates(verdicts):
    """(precision, recall) of the columns that have a meaning."""
    found = verdicts["right"] + verdicts["wrong"]
    wanted = verdicts["right"] + verdicts["missed"]
    return verdicts["right"] / found, verdicts["right"] / wanted


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=0.1)
    with tempfile.TemporaryDirectory(prefix="jutong-bench-") as folder:
        home = DataHome(Path(folder) / "home")
        home.create()
        make_city(home, plan_city(parser.parse_args().scale, 1, date(2026, 6, 1)))
        named, nameless, wrong = counts(home)
    for line in wrong:
        progress(line)
    for what, verdicts in (("names_and_values", named), ("values_alone", nameless)):
        precision, recall = rates(verdicts)
        report(
            f"recognition_{what}",
            f"{what}: precision {precision:.1%}, recall {recall:.1%} of {sum(verdicts.values())} columns",
            precision=round(precision, 4),
            recall=round(recall, 4),
            **verdicts,
        )


if __name__ == "__main__":
    main()
