"""Tables of the inspection."""

from django.db import models

from jutong.control.inspection.terms import InspectionStatus
from jutong.vocabulary.catalogue import Severity


class Inspection(models.Model):
    """体检: one judgement of the whole catalogue; `key` makes the daily one happen once a day."""

    key = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=12, choices=InspectionStatus.choices(), db_index=True)
    requested_at = models.DateTimeField()
    requested_by_name = models.CharField(max_length=150)
    done_at = models.DateTimeField(null=True)
    entries = models.PositiveIntegerField(default=0)
    items = models.PositiveIntegerField(default=0)
    faultless = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    waived = models.PositiveIntegerField(default=0)
    appeared = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    by_rule = models.JSONField(default=dict)
    by_department = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.key


class KnownFinding(models.Model):
    """问题: what a rule says of a place of an entry, kept from its first inspection to the one that misses it."""

    entry = models.ForeignKey("catalogue.Entry", on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=8)
    place = models.CharField(max_length=200)
    severity = models.CharField(max_length=8, choices=Severity.choices())
    zh = models.TextField()
    en = models.TextField()
    fixable = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()
    first_seen_in = models.ForeignKey(Inspection, null=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField(null=True)
    gone_at = models.DateTimeField(null=True, db_index=True)
    waived_until = models.DateField(null=True)
    waive_reason = models.TextField(blank=True)
    waived_at = models.DateTimeField(null=True)
    waived_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("entry", "rule", "place"), name="one_finding_a_place"),
        )
        indexes = (models.Index(fields=("gone_at", "rule"), name="finding_by_rule"),)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.rule} {self.place}"
