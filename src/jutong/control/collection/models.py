"""Tables of collection."""

from django.conf import settings
from django.db import models

from jutong.control.collection.terms import RunStatus
from jutong.vocabulary.collection import CollectionMode


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
    # How many runs may read it at once, and when: [{"days": [1, …, 7], "from": "22:00", "until": "06:00"}].
    max_concurrent = models.PositiveSmallIntegerField(default=1)
    windows = models.JSONField(default=list)
    tested_at = models.DateTimeField(null=True)
    test_code = models.CharField(max_length=64, blank=True)
    test_detail = models.JSONField(default=dict)
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
    mode = models.CharField(
        max_length=12, choices=CollectionMode.choices(), default=CollectionMode.REPLACE.value
    )
    # A CollectionPolicy as JSON; empty: the defaults.
    policy = models.TextField(blank=True)
    priority = models.PositiveSmallIntegerField(default=5)
    # In the place of the schedule that follows from the update frequency; empty: that one.
    cron = models.CharField(max_length=80, blank=True)
    paused = models.BooleanField(default=False)
    # For people to see; the position that counts is stored in the lake with the rows.
    position = models.CharField(max_length=400, blank=True)
    # Seconds that a change log or a push is behind its source.
    lag_s = models.FloatField(null=True)
    proved_at = models.DateTimeField(null=True)
    proof_complete = models.BooleanField(null=True)
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
    mode = models.CharField(max_length=12, choices=CollectionMode.choices(), default="replace")
    priority = models.PositiveSmallIntegerField(default=5)
    dry_run = models.BooleanField(default=False)
    # Empty or shrunken deliveries and other drift that a person has said yes to.
    confirmed_drift = models.BooleanField(default=False)
    confirmed_by_name = models.CharField(max_length=150, blank=True)
    cancel_requested = models.BooleanField(default=False)
    # A retry waits until here, and a run outside its source's window as well.
    not_before = models.DateTimeField(null=True, db_index=True)
    retries = models.PositiveSmallIntegerField(default=0)
    rows_inserted = models.PositiveBigIntegerField(default=0)
    rows_updated = models.PositiveBigIntegerField(default=0)
    rows_deleted = models.PositiveBigIntegerField(default=0)
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


class Proof(models.Model):
    """完整性证明: one comparison of source and pool; the newest of a binding says when it was last complete."""

    binding = models.ForeignKey(Binding, on_delete=models.CASCADE, related_name="proofs")
    run = models.ForeignKey(CollectionRun, null=True, on_delete=models.CASCADE, related_name="proofs")
    proved_at = models.DateTimeField(db_index=True)
    complete = models.BooleanField()
    rows_source = models.PositiveBigIntegerField(default=0)
    rows_pool = models.PositiveBigIntegerField(default=0)
    repaired = models.PositiveBigIntegerField(default=0)
    # A ProofReport as JSON.
    report = models.TextField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.binding_id}@{self.proved_at:%Y-%m-%dT%H:%M:%SZ}"
