"""Tables of restructuring."""

from django.db import models

from jutong.control.directory.api import MovedNoun
from jutong.control.restructuring.terms import ReformKind, ReformStatus


class Reform(models.Model):
    """机构改革事项: one decision on the organisation, and all that it moved."""

    code = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=12, choices=ReformKind.choices())
    title = models.CharField(max_length=120)
    document = models.CharField(max_length=200)
    document_number = models.CharField(max_length=80)
    effective_on = models.DateField()
    before = models.JSONField(default=list)
    after = models.CharField(max_length=32)
    new_name = models.CharField(max_length=120, blank=True)
    new_short_name = models.CharField(max_length=40, blank=True)
    new_uscc = models.CharField(max_length=18, blank=True)
    services = models.JSONField(default=list)
    systems = models.JSONField(default=list)
    status = models.CharField(max_length=12, choices=ReformStatus.choices(), db_index=True)
    planned_by = models.CharField(max_length=150)
    planned_at = models.DateTimeField()
    carried_out_by = models.CharField(max_length=150, blank=True)
    carried_out_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class MovedThing(models.Model):
    """One thing that a restructuring moved: the trace by which it can be followed for ever."""

    reform = models.ForeignKey(Reform, on_delete=models.PROTECT, related_name="moved")
    noun = models.CharField(max_length=12, choices=MovedNoun.choices())
    key = models.CharField(max_length=128)
    name = models.CharField(max_length=200, blank=True)
    before = models.CharField(max_length=32)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.noun} {self.key}"


class Confirmation(models.Model):
    """重新确认: an entry that its new department must confirm anew, and when it did."""

    reform = models.ForeignKey(Reform, on_delete=models.PROTECT, related_name="confirmations")
    service = models.CharField(max_length=63, db_index=True)
    title = models.CharField(max_length=120)
    department = models.CharField(max_length=32, db_index=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("reform", "service"), name="one_confirmation_per_entry"),
        )

    def __str__(self) -> str:
        return self.service


class ReformSequence(models.Model):
    """The last number given in a year; its row lock puts planners in order."""

    year = models.CharField(max_length=4, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}/{self.last}"
