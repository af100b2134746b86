"""Tables of grants."""

from django.conf import settings
from django.db import models

from jutong.control.grants.terms import GrantAction, GrantStatus, Side


class Grant(models.Model):
    """授权: one approved application as the frozen policy that the gateway executes."""

    grant_id = models.CharField(max_length=40, unique=True)
    application = models.CharField(max_length=40, unique=True)
    entry = models.ForeignKey("catalogue.Entry", on_delete=models.PROTECT, related_name="grants")
    provider = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="grants_given"
    )
    consumer = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="grants_held")
    policy = models.TextField()
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=GrantStatus.choices(), db_index=True)
    suspended_by = models.CharField(max_length=12, choices=Side.choices(), blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.grant_id


class GrantStep(models.Model):
    """One step in the life of a grant."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="steps")
    action = models.CharField(max_length=12, choices=GrantAction.choices())
    before = models.CharField(max_length=12, choices=GrantStatus.choices())
    after = models.CharField(max_length=12, choices=GrantStatus.choices())
    side = models.CharField(max_length=12, choices=Side.choices(), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.grant_id} {self.action}"


class SnapshotCounter(models.Model):
    """The version of the last policy snapshot; its row lock puts publishers in order."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.version)
