"""Tables, figures and tabs of the import pages."""

from collections.abc import Mapping
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.interchange import api as interchange
from jutong.control.interchange.api import BatchState, BatchView, Outcome
from jutong.pages.components import Badge, Column, Empty, Link, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.badges import badge
from jutong.pages.desk.cells import stacked

MOST_PROBLEMS: Final = 200
TONES: Final[Mapping[BatchState, Tone]] = {
    BatchState.RECEIVED: Tone.INFO,
    BatchState.READ: Tone.INFO,
    BatchState.CHECKED: Tone.WARNING,
    BatchState.CONFIRMED: Tone.INFO,
    BatchState.WRITTEN: Tone.GOOD,
    BatchState.FAILED: Tone.BAD,
}
OUTCOME_TONES: Final[Mapping[Outcome, Tone]] = {
    Outcome.CREATE: Tone.GOOD,
    Outcome.CHANGE: Tone.WARNING,
    Outcome.WRONG: Tone.BAD,
}


def batches_table(rows: tuple[BatchView, ...]) -> Table:
    return Table(
        caption=_("导入批次"),
        columns=[
            Column(key="file", title=_("文件和上传人")),
            Column(key="at", title=_("上传时间"), nowrap=True),
            Column(key="entries", title=_("目录"), numeric=True),
            Column(key="new", title=_("新建"), numeric=True),
            Column(key="changed", title=_("变更"), numeric=True),
            Column(key="problems", title=_("问题"), numeric=True),
            Column(key="state", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "file": stacked(
                    Link(text=row.filename, href=reverse("desk:interchange-batch", args=[row.code])),
                    row.by_name,
                ),
                "at": row.created_at,
                "entries": row.counts.entries,
                "new": row.counts.create,
                "changed": row.counts.change,
                "problems": row.counts.problems,
                "state": state_badge(row),
            }
            for row in rows
        ],
        empty=Empty(
            title=_("还没有导入过文件"),
            text=_("下载模板填写后在上面上传；检查无误并确认后才会写入目录。"),
        ),
    )


def state_badge(batch: BatchView) -> Badge:
    if batch.state is BatchState.CHECKED and batch.counts.problems:
        return Badge(text=_("有问题"), tone=Tone.BAD)
    return Badge(text=batch.state.label(error_language()), tone=TONES.get(batch.state, Tone.NEUTRAL))


def tiles(batch: BatchView) -> list[Tile]:
    counts = batch.counts
    return [
        Tile(title=_("读到的目录"), value=counts.entries, note=_("信息项 %(n)s 个") % {"n": counts.items}),
        Tile(title=_("新建草稿"), value=counts.create),
        Tile(title=_("变更"), value=counts.change),
        Tile(title=_("无变化"), value=counts.same),
        Tile(
            title=_("单元格问题"),
            value=counts.problems,
            tone=Tone.BAD if counts.problems else Tone.GOOD,
            note=_("另有提示 %(n)s 处") % {"n": counts.notes} if counts.notes else "",
        ),
        Tile(
            title=_("编制规则错误"),
            value=counts.errors,
            tone=Tone.WARNING if counts.errors else Tone.NEUTRAL,
            note=_("提示 %(n)s 处") % {"n": counts.warnings},
        ),
    ]


def tabs(batch: BatchView, outcome: Outcome | None) -> list[Link]:
    counts, language = batch.counts, error_language()
    figures = {
        Outcome.CREATE: counts.create,
        Outcome.CHANGE: counts.change,
        Outcome.SAME: counts.same,
        Outcome.WRONG: counts.wrong,
    }
    every = Link(text=_("全部"), href="?", current=outcome is None, count=counts.entries)
    return [
        every,
        *(
            Link(text=one.label(language), href=f"?outcome={one.value}", current=one is outcome, count=number)
            for one, number in figures.items()
        ),
    ]


def rows_table(rows: tuple[interchange.BatchRowView, ...], *, written: bool) -> Table:
    language = error_language()
    return Table(
        caption=_("逐个目录的结果"),
        columns=[
            Column(key="row", title=_("行"), numeric=True),
            Column(key="title", title=_("目录和提供部门")),
            Column(key="items", title=_("信息项"), numeric=True),
            Column(key="outcome", title=_("结果"), nowrap=True),
            Column(key="differences", title=_("变更内容")),
            Column(key="lint", title=_("规则错误 / 提示"), nowrap=True),
        ],
        rows=[
            {
                "row": row.sheet_row,
                "title": stacked(_title(row, written=written), row.provider_name),
                "items": row.items,
                "outcome": Badge(
                    text=row.outcome.label(language), tone=OUTCOME_TONES.get(row.outcome, Tone.NEUTRAL)
                ),
                "differences": row.differences,
                "lint": f"{row.errors} / {row.warnings}",
            }
            for row in rows
        ],
        empty=Empty(title=_("没有这样的目录"), text=_("换一个结果查看，或重新上传文件。")),
    )


def _title(row: interchange.BatchRowView, *, written: bool) -> Link | str:
    exists = row.service and (written or row.outcome in {Outcome.CHANGE, Outcome.SAME})
    return Link(text=row.title, href=reverse("desk:entry", args=[row.service])) if exists else row.title


def problems_table(problems: tuple[interchange.CellProblem, ...]) -> Table:
    language = error_language()
    return Table(
        caption=_("文件中的问题"),
        columns=[
            Column(key="place", title=_("单元格"), nowrap=True, code=True),
            Column(key="weight", title=_("程度"), nowrap=True),
            Column(key="text", title=_("问题和改法")),
        ],
        rows=[
            {
                "place": one.place,
                "weight": Badge(
                    text=_("提示") if one.warning else _("错误"),
                    tone=Tone.WARNING if one.warning else Tone.BAD,
                ),
                "text": one.message(language),
            }
            for one in problems[:MOST_PROBLEMS]
        ],
        first_is_header=True,
    )


def rules_table(batch: BatchView) -> Table:
    language = error_language()
    return Table(
        caption=_("编制规则的意见（不影响导入为草稿）"),
        columns=[
            Column(key="rule", title=_("规则"), code=True),
            Column(key="weight", title=_("程度"), nowrap=True),
            Column(key="entries", title=_("目录数"), numeric=True),
            Column(key="text", title=_("举例")),
        ],
        rows=[
            {
                "rule": one.rule,
                "weight": badge(one.severity),
                "entries": one.entries,
                "text": one.message(language),
            }
            for one in batch.counts.rules
        ],
        first_is_header=True,
    )
