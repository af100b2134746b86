"""Tables of alerts."""

from django.db import models


class Channel(models.Model):
    """告警渠道 of a department: where messages go; the secret is kept sealed apart and never shown again."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    department = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="alert_channels"
    )
    kind = models.CharField(max_length=12)
    address = models.CharField(max_length=500)
    # `digest` of webhooks; `security`, `user`, `sender`, `recipients` of mail.
    options = models.JSONField(default=dict)
    sealed_secret = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True)
    test_code = models.CharField(max_length=64, blank=True)
    test_detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class Rule(models.Model):
    """告警规则: which troubles of which entries go to a channel, how they are grouped, when it stays quiet."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="rules")
    name = models.CharField(max_length=120)
    kinds = models.JSONField(default=list)
    # Codes of departments and sources; empty: all that the channel's department may see.
    departments = models.JSONField(default=list)
    sources = models.JSONField(default=list)
    lag_s = models.PositiveIntegerField(default=300)
    quarantined = models.PositiveIntegerField(default=100)
    group_minutes = models.PositiveIntegerField(default=10)
    # Shanghai time, e.g. 22:00 and 07:00; empty: never quiet.
    quiet_from = models.CharField(max_length=5, blank=True)
    quiet_until = models.CharField(max_length=5, blank=True)
    active = models.BooleanField(default=True)
    last_sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class OpenTrouble(models.Model):
    """A trouble that a rule has seen; gone when it has ended, so that it is told again when it comes back."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="troubles")
    key = models.CharField(max_length=100)
    seen_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("rule", "key"), name="one_trouble_a_rule"),)

    def __str__(self) -> str:
        return f"{self.rule_id} {self.key}"


class AlertDelivery(models.Model):
    """告警记录: one message to one channel, with its outcome."""

    delivery_id = models.CharField(max_length=40, unique=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    rule_name = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    payload = models.JSONField(default=dict)
    troubles = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=12, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.delivery_id
