"""Tables of filling: what was asked for, and what was handed in; rows and workbooks are sealed."""

from django.db import models

from jutong.control.filling.terms import SubmissionState, TaskState


class FillingTask(models.Model):
    """填报任务: rows of one entry for one period, asked of its provider."""

    entry = models.ForeignKey("catalogue.Entry", on_delete=models.PROTECT, related_name="filling_tasks")
    period = models.CharField(max_length=60)
    due_on = models.DateField()
    source = models.CharField(max_length=63)
    state = models.CharField(max_length=12, choices=TaskState.choices(), db_index=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150)

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("entry", "period"), name="one_filling_task_a_period"),)

    def __str__(self) -> str:
        return f"{self.entry_id}:{self.period}"


class Submission(models.Model):
    """填报单: what was filled in for a task, from its first draft to the decision; `rows` is sealed JSON."""

    task = models.ForeignKey(FillingTask, on_delete=models.PROTECT, related_name="submissions")
    number = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=12, choices=SubmissionState.choices(), db_index=True)
    rows = models.TextField()
    row_count = models.PositiveIntegerField(default=0)
    # The workbook that the draft came from, sealed; empty for one filled in on the page.
    workbook = models.BinaryField(default=b"")
    digest = models.CharField(max_length=64, blank=True)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=150, blank=True)
    submitted_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    handed_on_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number
