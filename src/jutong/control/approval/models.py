"""Tables of applications."""

from django.conf import settings
from django.db import models

from jutong.control.approval.terms import Action, Stage


class Application(models.Model):
    """申请: who asks for which items of an entry, on what basis, for what, for how long."""

    code = models.CharField(max_length=24, unique=True)
    entry = models.ForeignKey("catalogue.Entry", on_delete=models.PROTECT, related_name="applications")
    provider = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="applications_received"
    )
    consumer = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="applications_made"
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications"
    )
    applicant_name = models.CharField(max_length=150)
    request = models.TextField()
    terms = models.TextField(blank=True)
    stage = models.CharField(max_length=20, choices=Stage.choices(), db_index=True)
    needs_own_review = models.BooleanField(default=True)
    needs_provider_review = models.BooleanField(default=True)
    needs_authority_review = models.BooleanField(default=False)
    supplement_asked = models.BooleanField(default=False)
    limit_code = models.CharField(max_length=8, blank=True)
    stage_since = models.DateTimeField()
    due_on = models.DateField(null=True, db_index=True)
    submitted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_in_time = models.BooleanField(null=True)
    revision = models.PositiveIntegerField(default=1)
    grant_id = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.code


class ApplicationDecision(models.Model):
    """One step of an application, with who took it, when, why, and whether its clock held."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    action = models.CharField(max_length=12, choices=Action.choices())
    before = models.CharField(max_length=20, choices=Stage.choices())
    after = models.CharField(max_length=20, choices=Stage.choices())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    department = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    limit_code = models.CharField(max_length=8, blank=True)
    due_on = models.DateField(null=True)
    in_time = models.BooleanField(null=True)
    terms = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.application_id} {self.action}"


class ApplicationSequence(models.Model):
    """The last number given on a day; its row lock puts applicants in order."""

    day = models.CharField(max_length=8, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}{self.last:04d}"
