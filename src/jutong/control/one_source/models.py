"""Tables of one source per item."""

from django.conf import settings
from django.db import models

from jutong.control.one_source.terms import CaseAction, CaseStatus, ClaimKind, ItemRole


class ItemCase(models.Model):
    """一数一源事项: a group of items that several departments hold, and what was decided of it."""

    key = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=160)
    status = models.CharField(max_length=12, choices=CaseStatus.choices(), db_index=True)
    role = models.CharField(max_length=12, choices=ItemRole.choices())
    score = models.FloatField(default=0)
    overlap = models.FloatField(null=True)
    rank = models.FloatField(default=0, db_index=True)
    department_count = models.PositiveIntegerField(default=0)
    item_count = models.PositiveIntegerField(default=0)
    parts = models.JSONField(default=list)
    # Set by detection when holders came or went after the case was settled.
    changed = models.BooleanField(default=False)
    source_service = models.CharField(max_length=63, blank=True)
    source_field = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("-rank", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        return f"YS{self.pk:06d}"


class CaseItem(models.Model):
    """An item of a case; it stays when the entry loses it (`held` is then false)."""

    case = models.ForeignKey(ItemCase, on_delete=models.CASCADE, related_name="items")
    service = models.CharField(max_length=63)
    field = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    department = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    live = models.BooleanField(default=False)
    excluded = models.BooleanField(default=False)
    held = models.BooleanField(default=True)

    class Meta:
        ordering = ("department_id", "service", "field")
        indexes = (models.Index(fields=("service", "field"), name="case_item_place"),)
        constraints = (
            models.UniqueConstraint(fields=("case", "service", "field"), name="one_place_in_a_case"),
        )

    def __str__(self) -> str:
        return f"{self.service}.{self.field}"


class CaseClaim(models.Model):
    """What a department said of a case."""

    case = models.ForeignKey(ItemCase, on_delete=models.CASCADE, related_name="claims")
    department = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ClaimKind.choices())
    text = models.TextField(blank=True)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class CaseStep(models.Model):
    """One step in the life of a case."""

    case = models.ForeignKey(ItemCase, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=12, choices=CaseAction.choices())
    before = models.CharField(max_length=12, choices=CaseStatus.choices())
    after = models.CharField(max_length=12, choices=CaseStatus.choices())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"


class Holding(models.Model):
    """A published item under the key by which a drafted one finds it; made anew by each detection."""

    key = models.CharField(max_length=255, db_index=True)
    line = models.CharField(max_length=63)
    fact = models.TextField()

    def __str__(self) -> str:
        return self.key


class Sketch(models.Model):
    """The sketch of one column of the newest version of an entry's table."""

    service = models.CharField(max_length=63)
    field = models.CharField(max_length=64)
    version = models.PositiveBigIntegerField()
    k = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField()
    empty = models.PositiveBigIntegerField()
    distinct = models.FloatField()
    hashes = models.BinaryField()
    sample = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("service", "field"), name="one_sketch_of_a_column"),)

    def __str__(self) -> str:
        return f"{self.service}.{self.field}"
