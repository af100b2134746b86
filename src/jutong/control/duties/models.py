"""Tables of duties and service items."""

from django.db import models

from jutong.control.duties.terms import ChangeKind, CodeShape, DutyKind, DutyStatus, TaskType


class DutySeries(models.Model):
    """A list that is published again and again; `last` counts its editions and puts importers in order."""

    name = models.CharField(max_length=120, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class DutyList(models.Model):
    """清单版本: one edition of a series as it was imported."""

    series = models.ForeignKey(DutySeries, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    version = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=8, choices=DutyKind.choices())
    file_name = models.CharField(max_length=200, blank=True)
    complete = models.BooleanField(default=True)
    rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    imported_at = models.DateTimeField()
    imported_by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("series", "number"), name="one_edition_number"),)

    def __str__(self) -> str:
        return f"{self.series_id} {self.number}"


class Duty(models.Model):
    """权责事项或政务服务事项; `code` is the raw code, so that entries can name it."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=500)
    kind = models.CharField(max_length=8, choices=DutyKind.choices())
    task_type = models.CharField(max_length=16, choices=TaskType.choices(), blank=True)
    main_item = models.CharField(max_length=500, blank=True)
    parent_code = models.CharField(max_length=80, blank=True)
    department = models.ForeignKey(
        "directory.Department", null=True, on_delete=models.PROTECT, related_name="duties"
    )
    label = models.CharField(max_length=120, blank=True)
    """The department as the list writes it."""
    uscc = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=6, blank=True)
    level = models.CharField(max_length=4, blank=True)
    shape = models.CharField(max_length=16, choices=CodeShape.choices())
    basic = models.CharField(max_length=80, blank=True)
    stem = models.CharField(max_length=80, blank=True)
    basis = models.TextField(blank=True)
    basis_article = models.TextField(blank=True)
    results = models.TextField(blank=True)
    certificates = models.TextField(blank=True)
    materials = models.TextField(blank=True)
    link = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=DutyStatus.choices(), db_index=True)
    series = models.ForeignKey(DutySeries, on_delete=models.PROTECT, related_name="duties")
    edition = models.PositiveIntegerField()
    search_text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("region", "label"), name="duty_by_label"),)

    def __str__(self) -> str:
        return self.name


class DutyChange(models.Model):
    """What an edition did to a duty; `settled_at` says when the entries based on it were told."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="changes")
    edition = models.ForeignKey(DutyList, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=ChangeKind.choices())
    fields = models.JSONField(default=dict)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.duty_id} {self.kind}"


class DepartmentLabel(models.Model):
    """部门对应: a department as lists of a region write it, and the one of the platform that it is."""

    region = models.CharField(max_length=6, blank=True)
    label = models.CharField(max_length=120)
    department = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="duty_labels"
    )
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ("region", "label")
        constraints = (models.UniqueConstraint(fields=("region", "label"), name="one_department_per_label"),)

    def __str__(self) -> str:
        return f"{self.label} → {self.department_id}"
