"""Tables of the harvest."""

from django.conf import settings
from django.db import models

from jutong.control.harvest.terms import HarvestCycle, JobStage, JobStatus, RecordState
from jutong.vocabulary.harvest import CatalogueKind


class HarvestSource(models.Model):
    """外部目录: where another platform describes its datasets."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=CatalogueKind.choices())
    address = models.CharField(max_length=500)
    cycle = models.CharField(max_length=12, choices=HarvestCycle.choices())
    # Per cent of the known records that may vanish at once without a person's word.
    shrink_limit = models.PositiveSmallIntegerField(default=20)
    active = models.BooleanField(default=True)
    validators = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    next_run_at = models.DateTimeField(null=True, db_index=True)
    last_success_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class HarvestJob(models.Model):
    """采集任务: one visit to a source."""

    job_id = models.CharField(max_length=40, unique=True)
    source = models.ForeignKey(HarvestSource, on_delete=models.CASCADE, related_name="jobs")
    # The source's id until the job ends, null after: unique, so one visit at a time.
    active_key = models.BigIntegerField(null=True, unique=True)
    status = models.CharField(max_length=12, choices=JobStatus.choices(), db_index=True)
    stage = models.CharField(max_length=12, choices=JobStage.choices(), default=JobStage.GATHER.value)
    cursor = models.TextField(blank=True)
    visited = models.JSONField(default=list)
    page = models.PositiveIntegerField(default=0)
    announced = models.PositiveIntegerField(null=True)
    validators = models.JSONField(default=dict)
    unchanged_as_a_whole = models.BooleanField(default=False)
    shrink_allowed = models.BooleanField(default=False)
    seen = models.PositiveIntegerField(default=0)
    mapped = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    findings = models.TextField(default="[]")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_by_name = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    turn = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.job_id


class StagedRecord(models.Model):
    """A record that a running job has taken; gone when the job has ended."""

    job = models.ForeignKey(HarvestJob, on_delete=models.CASCADE, related_name="staged")
    identifier = models.CharField(max_length=400)
    digest = models.CharField(max_length=64)
    # Empty where the record is as it was: then nothing has to be mapped again.
    raw = models.TextField(blank=True)
    record = models.TextField(blank=True)
    findings = models.TextField(default="[]")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("job", "identifier"), name="one_record_once_a_job"),)

    def __str__(self) -> str:
        return self.identifier


class HarvestedEntry(models.Model):
    """外部条目: what a source says of one dataset, as it came and in our words."""

    source = models.ForeignKey(HarvestSource, on_delete=models.CASCADE, related_name="entries")
    identifier = models.CharField(max_length=400)
    digest = models.CharField(max_length=64)
    raw = models.TextField()
    record = models.TextField()
    findings = models.TextField(default="[]")
    ours = models.PositiveSmallIntegerField(default=0)
    theirs = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=120)
    publisher = models.CharField(max_length=200, blank=True)
    search_text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=RecordState.choices(), default=RecordState.PRESENT.value)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    adopted = models.ForeignKey(
        "catalogue.Entry", null=True, on_delete=models.SET_NULL, related_name="harvested_from"
    )
    # What the adopted entry was made from; what differs from it now is a proposed change.
    adopted_draft = models.TextField(blank=True)
    proposes = models.BooleanField(default=False)

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("source", "identifier"), name="one_record_a_source"),)
        indexes = (models.Index(fields=("source", "state"), name="harvested_by_state"),)

    def __str__(self) -> str:
        return self.title
