"""Surveys of whole sources: each table with what its columns propose; counts and sentences, no value of a row."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from jutong.dataflow.connectors.column_statistics import ColumnCounter
from jutong.dataflow.connectors.column_surveys import column_survey, surveys_of_profile
from jutong.dataflow.connectors.cycles import observed_frequency, update_columns
from jutong.dataflow.connectors.profile import ColumnProfile, profile_source
from jutong.dataflow.connectors.propose import field_names
from jutong.dataflow.connectors.recognise import recognise
from jutong.dataflow.connectors.registry import open_connector
from jutong.dataflow.connectors.schemas import DATABASES, SchemaReader, TableFacts, open_schema
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.skipping import skipped_table
from jutong.kernel.errors import JutongError
from jutong.vocabulary.surveys import Skipped, TableSurvey

SAMPLE_ROWS: Final = 1_000
NEWEST_DAYS: Final = 60


def source_tables(
    kind: str, options: Mapping[str, Any], *, root: Path, limits: ReadLimits | None = None
) -> tuple[str, ...]:
    """The names of what a source holds: tables of a database, sheets of a workbook, else the one table.

    Raises:
        ConnectorError: it cannot be opened.
    """
    if kind in DATABASES:
        with open_schema(kind, options, root=root, limits=limits) as reader:
            return tuple(table.full_name for table in reader.tables())
    if kind == "excel":
        opened = open_connector(kind, _without_sheet(options), root=root, limits=limits)
        return tuple(opened.describe()["sheets"])
    return (str(options.get("path") or options.get("table") or kind),)


def survey_tables(
    kind: str,
    options: Mapping[str, Any],
    names: Sequence[str],
    *,
    root: Path,
    today: date,
    limits: ReadLimits | None = None,
) -> Iterator[TableSurvey]:
    """A survey of each table of `names` that is still there, in that order; one that cannot be read is said so.

    Raises:
        ConnectorError: the source as a whole cannot be reached.
    """
    if kind in DATABASES:
        with open_schema(kind, options, root=root, limits=limits) as reader:
            known = {table.full_name: table for table in reader.tables()}
            for name in names:
                if name in known:
                    yield _guarded(name, kind, partial(survey_table, reader, known[name], today))
        return
    for name in names:
        given = {**_without_sheet(options), "sheet": name} if kind == "excel" else dict(options)
        yield _guarded(name, kind, partial(_survey_file, kind, given, name, root=root, limits=limits))


def _without_sheet(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name != "sheet"}


def _guarded(name: str, kind: str, survey: Callable[[], TableSurvey]) -> TableSurvey:
    try:
        return survey()
    except JutongError as error:
        return TableSurvey(
            table=name,
            kind=kind,
            skipped=Skipped.UNREADABLE,
            skipped_zh=error.message("zh"),
            skipped_en=error.message("en"),
            error=error.code,
        )


def survey_table(reader: SchemaReader, table: TableFacts, today: date) -> TableSurvey:
    """A table of a database: declared facts, and a sample of at most `SAMPLE_ROWS` rows."""
    base = TableSurvey(
        table=table.full_name,
        comment=table.comment,
        kind=reader.kind,
        rows=table.rows,
        rows_exact=table.rows_exact,
        size_mb=table.size_mb,
    )
    skipped = skipped_table(table)
    if skipped is not None:
        reason, zh, en = skipped
        return replace(base, skipped=reason, skipped_zh=zh, skipped_en=en)
    rows = reader.sample(table, SAMPLE_ROWS)
    profiles = _profiles(table, rows)
    fields = field_names([column.name for column in table.columns])
    columns = tuple(
        column_survey(profile, field, facts, is_key=facts.name in table.primary_key, sampled=len(rows))
        for profile, field, facts in zip(profiles, fields, table.columns, strict=True)
    )
    frequency, evidence = None, None
    for column in update_columns(profiles, table.columns):
        days = reader.newest_days(table, column, NEWEST_DAYS)
        frequency, evidence = observed_frequency(column, days, today)
        if frequency is not None:
            break
    return replace(base, columns=columns, sampled=len(rows), frequency=frequency, frequency_evidence=evidence)


def _profiles(table: TableFacts, rows: Sequence[Sequence[str | None]]) -> tuple[ColumnProfile, ...]:
    """What the sample says of each column; texts of the database's own types."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    profiles = []
    for place, (facts, values) in enumerate(zip(table.columns, columns, strict=True), start=1):
        counter = ColumnCounter(pa.field(facts.name, pa.string()))
        counter.add(pa.array([None if value is None else _clean(value) for value in values], pa.string()))
        found = counter.result(len({value for value in values if value is not None}))
        profiles.append(
            ColumnProfile(
                name=facts.name,
                position=place,
                data_type=found.data_type(),
                rows=len(rows),
                nulls=len(rows) - found.filled,
                distinct=found.distinct,
                max_length=found.max_length,
                recognition=recognise(facts.name, values, facts.comment),
                source_type=facts.source_type,
                values=tuple(values[:SAMPLE_ROWS]),
            )
        )
    return tuple(profiles)


def _clean(text: str) -> str:
    """Text that Arrow takes: a lone surrogate of a broken source becomes a question mark."""
    return re.sub("[\ud800-\udfff]", "?", text)


def _survey_file(
    kind: str, options: Mapping[str, Any], name: str, *, root: Path, limits: ReadLimits | None
) -> TableSurvey:
    """The one table of a file, read whole."""
    connector = open_connector(kind, options, root=root, limits=limits)
    profile = profile_source(connector, name=name)
    title = name if kind == "excel" else Path(name).stem
    base = TableSurvey(
        table=name, comment=title, kind=connector.kind, rows=profile.rows, sampled=profile.rows
    )
    if not profile.rows:
        return replace(base, skipped=Skipped.EMPTY, skipped_zh=Skipped.EMPTY.zh, skipped_en=Skipped.EMPTY.en)
    return replace(base, columns=surveys_of_profile(profile))
