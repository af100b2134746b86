"""Tables of collection."""

from django.conf import settings
from django.db import models

from jutong.control.collection.terms import RunStatus


class Source(models.Model):
    """数据源 of a department: a kind of connector and its options; secrets are kept sealed apart."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    department = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="sources")
    system = models.ForeignKey(
        "directory.System", null=True, on_delete=models.PROTECT, related_name="sources"
    )
    kind = models.CharField(max_length=20)
    options = models.JSONField(default=dict)
    sealed_options = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Binding(models.Model):
    """挂接: which source fills which entry, with the mapping of its columns to the entry's fields."""

    entry = models.OneToOneField("catalogue.Entry", on_delete=models.PROTECT, related_name="binding")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="bindings")
    mapping = models.JSONField(null=True)
    mode = models.CharField(max_length=12, default="replace")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    next_run_at = models.DateTimeField(null=True, db_index=True)
    due_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_version = models.PositiveBigIntegerField(null=True)
    last_rows = models.PositiveBigIntegerField(null=True)
    last_score = models.FloatField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.entry_id}<-{self.source_id}"


class CollectionRun(models.Model):
    """归集任务: one delivery from a source into an entry's table."""

    run_id = models.CharField(max_length=40, unique=True)
    binding = models.ForeignKey(Binding, on_delete=models.PROTECT, related_name="runs")
    # The binding's id while the run is queued or running, null after: unique, so one run at a time.
    active_key = models.BigIntegerField(null=True, unique=True)
    status = models.CharField(max_length=12, choices=RunStatus.choices(), db_index=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_by_name = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    stage = models.CharField(max_length=40, blank=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_landed = models.PositiveBigIntegerField(default=0)
    rows_quarantined = models.PositiveBigIntegerField(default=0)
    lake_version = models.PositiveBigIntegerField(null=True)
    score = models.FloatField(null=True)
    on_time = models.BooleanField(null=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_detail = models.JSONField(default=dict)
    report = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.run_id
