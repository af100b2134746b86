"""Tables of quarantine. No row's value is in them: refused rows lie sealed in the lake."""

from django.db import models

from jutong.control.quarantine.terms import CorrectionState, OrderStatus


class WorkOrder(models.Model):
    """问题数据工单: the open rows of one entry that were refused for one reason; its department is the entry's provider."""

    code = models.CharField(max_length=40, unique=True)
    entry = models.ForeignKey("catalogue.Entry", on_delete=models.PROTECT, related_name="work_orders")
    reason = models.CharField(max_length=200)
    # "entry:reason" while it is not closed, null after: unique, so one open order for a reason.
    open_key = models.CharField(max_length=240, null=True, unique=True)  # noqa: DJ001  # null: not open
    status = models.CharField(max_length=12, choices=OrderStatus.choices(), db_index=True)
    rows_open = models.PositiveBigIntegerField(default=0)
    rows_most = models.PositiveBigIntegerField(default=0)
    samples = models.JSONField(default=list)
    first_run = models.CharField(max_length=60, blank=True)
    last_run = models.CharField(max_length=60, blank=True)
    limit_code = models.CharField(max_length=12)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.code


class OrderEvent(models.Model):
    """What happened to a work order."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=12)
    status = models.CharField(max_length=12)
    rows = models.PositiveBigIntegerField(default=0)
    run_id = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.order_id}:{self.action}"


class Correction(models.Model):
    """更正文件: a workbook of corrected rows; its content lies sealed in the data home until it was carried out."""

    code = models.CharField(max_length=40, unique=True)
    entry = models.ForeignKey("catalogue.Entry", on_delete=models.PROTECT, related_name="corrections")
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=CorrectionState.choices(), db_index=True)
    received_at = models.DateTimeField()
    received_by_name = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True)
    # A ReadmitReport as JSON.
    report = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.code


class OrderMark(models.Model):
    """Which version of an entry's table its work orders are in line with."""

    service = models.CharField(max_length=63, unique=True)
    version = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.service}@{self.version}"
