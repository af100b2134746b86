"""Tables of drafting."""

from django.db import models

from jutong.control.drafting.terms import Origin, ProposalStatus, SurveyStatus, TableOutcome
from jutong.vocabulary.catalogue import Level, OpenType, SharingType, UpdateFrequency


class Proposal(models.Model):
    """编目建议: an entry that duties or a table of a source suggest, with how sure each value is and why."""

    origin = models.CharField(max_length=8, choices=Origin.choices())
    origin_key = models.CharField(max_length=255, db_index=True)
    # The origin while the proposal is open, null after: unique, so one open proposal an origin.
    active_key = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="proposals")
    source = models.ForeignKey(
        "collection.Source", null=True, on_delete=models.PROTECT, related_name="proposals"
    )
    title = models.CharField(max_length=120)
    sharing_type = models.CharField(max_length=16, choices=SharingType.choices())
    open_type = models.CharField(max_length=16, choices=OpenType.choices())
    update_frequency = models.CharField(max_length=12, choices=UpdateFrequency.choices())
    level = models.CharField(max_length=4, choices=Level.choices())
    item_count = models.PositiveIntegerField()
    confidence = models.FloatField()
    draft = models.TextField()
    evidence = models.TextField()
    columns = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=ProposalStatus.choices(), db_index=True)
    service = models.CharField(max_length=63, blank=True)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title


class SourceSurvey(models.Model):
    """数据源探查: every table of a source looked at by a job, one after another."""

    survey_id = models.CharField(max_length=40, unique=True)
    source = models.ForeignKey("collection.Source", on_delete=models.PROTECT, related_name="surveys")
    # The source's id while the survey is open, null after: unique, so one at a time.
    active_key = models.BigIntegerField(null=True, unique=True)
    status = models.CharField(max_length=8, choices=SurveyStatus.choices(), db_index=True)
    requested_by_name = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.survey_id


class SurveyedTable(models.Model):
    """One table of a survey: what became of it and why."""

    survey = models.ForeignKey(SourceSurvey, on_delete=models.CASCADE, related_name="tables")
    name = models.CharField(max_length=255)
    outcome = models.CharField(
        max_length=12, choices=TableOutcome.choices(), default=TableOutcome.WAITING.value
    )
    reason_zh = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    column_count = models.PositiveIntegerField(default=0)
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.SET_NULL, related_name="tables")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("survey", "name"), name="one_row_per_table"),)

    def __str__(self) -> str:
        return self.name
