"""Tables of retention and destruction."""

from django.conf import settings
from django.db import models

from jutong.control.retention.terms import DestructionStage, RetentionBasis
from jutong.vocabulary.catalogue import Level


class RetentionRule(models.Model):
    """留存期限 of one entry, of a department (and level), or of a level in the whole city; the nearest holds."""

    # `entry:<service>`, `department:<code>:<level>`, `department:<code>:` or `level:<level>`.
    scope = models.CharField(max_length=120, unique=True)
    entry = models.ForeignKey(
        "catalogue.Entry", null=True, on_delete=models.CASCADE, related_name="retention_rules"
    )
    department = models.ForeignKey(
        "directory.Department", null=True, on_delete=models.CASCADE, related_name="retention_rules"
    )
    level = models.CharField(max_length=4, choices=Level.choices(), blank=True)
    # Null: kept for good.
    months = models.PositiveSmallIntegerField(null=True)
    basis = models.CharField(max_length=12, choices=RetentionBasis.choices())
    field = models.CharField(max_length=63, blank=True)
    legal_basis = models.CharField(max_length=300)
    set_by_name = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("scope",)

    def __str__(self) -> str:
        return self.scope


class DueCount(models.Model):
    """What the nightly count found past its time; for the list of what is due."""

    entry = models.OneToOneField("catalogue.Entry", on_delete=models.CASCADE, related_name="due_count")
    counted_at = models.DateTimeField()
    due = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.due}"


class LegalHold(models.Model):
    """冻结 (诉讼保全): nothing of an entry, or of a whole department, is destroyed while it holds."""

    number = models.CharField(max_length=24, unique=True)
    entry = models.ForeignKey(
        "catalogue.Entry", null=True, on_delete=models.PROTECT, related_name="legal_holds"
    )
    department = models.ForeignKey(
        "directory.Department", null=True, on_delete=models.PROTECT, related_name="legal_holds"
    )
    reason = models.CharField(max_length=300)
    document = models.CharField(max_length=120)
    until = models.DateField(null=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    placed_by_name = models.CharField(max_length=150)
    placed_at = models.DateTimeField()
    lifted_by_name = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lift_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number


class Destruction(models.Model):
    """销毁单: which rows of an entry go, who agreed, and the proof that they are gone."""

    number = models.CharField(max_length=24, unique=True)
    entry = models.ForeignKey("catalogue.Entry", on_delete=models.PROTECT, related_name="destructions")
    # The entry's id while the destruction is open, null after: unique, so one at a time.
    open_key = models.BigIntegerField(null=True, unique=True)
    stage = models.CharField(max_length=12, choices=DestructionStage.choices(), db_index=True)
    months = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=12, choices=RetentionBasis.choices())
    field = models.CharField(max_length=63, blank=True)
    legal_basis = models.CharField(max_length=300)
    # Rows of days before this one go.
    cutoff = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    # What was counted when it was proposed: {"rows", "due", "undated", "quarantined"}.
    counted = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_by_name = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_by_name = models.CharField(max_length=150, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by_name = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    declined_by_name = models.CharField(max_length=150, blank=True)
    decline_reason = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Why the newest attempt did not come to its end.
    error_code = models.CharField(max_length=64, blank=True)
    # What is known already while it is carried out: {"before": …, "files": […]}.
    progress = models.JSONField(default=dict)
    # The proof as canonical JSON, its place in the chain of all proofs, digest and signature.
    sequence = models.PositiveBigIntegerField(null=True, unique=True)
    proof = models.TextField(blank=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number


class Numbering(models.Model):
    """The last number of a kind of document in a year."""

    key = models.CharField(max_length=12, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}-{self.last}"
