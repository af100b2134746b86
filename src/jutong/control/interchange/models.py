"""Tables of the way in: a batch a file, its contents, what each of its rows would do."""

from django.conf import settings
from django.db import models

from jutong.control.interchange.terms import BatchState, Outcome


class ImportBatch(models.Model):
    """One uploaded file on its way into the catalogue."""

    code = models.CharField(max_length=48, unique=True)
    filename = models.CharField(max_length=200)
    size_bytes = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=BatchState.choices(), db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_account = models.CharField(max_length=150)
    by_name = models.CharField(max_length=150)
    confirmed_account = models.CharField(max_length=150, blank=True)
    confirmed_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # What a foreign list names no registered department for is this department's.
    department = models.CharField(max_length=32, blank=True)
    # "" for the template, else how the columns of a foreign list are read (`ListMapping` as JSON).
    mapping = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    failure = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.code} {self.filename}"


class BatchFile(models.Model):
    """What a batch is made from: the file as uploaded, and what was read from it (compressed JSON)."""

    batch = models.OneToOneField(ImportBatch, on_delete=models.CASCADE, related_name="file", primary_key=True)
    content = models.BinaryField()
    reading = models.BinaryField(default=b"")
    problems = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return str(self.batch_id)


class BatchRow(models.Model):
    """What one entry of the file would do, as it was checked."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    sheet_row = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    provider = models.CharField(max_length=64)
    provider_name = models.CharField(max_length=120)
    service = models.CharField(max_length=63, blank=True)
    revision = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices())
    items = models.PositiveIntegerField()
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    differences = models.TextField(blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("batch", "position"), name="one_row_per_position"),)
        indexes = (models.Index(fields=("batch", "outcome", "position"), name="batch_rows_by_outcome"),)

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.position}"
