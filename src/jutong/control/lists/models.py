"""Tables of the three lists."""

from django.conf import settings
from django.db import models

from jutong.control.lists.terms import (
    DemandAction,
    DemandStage,
    ListKind,
    NegativeScope,
    Origin,
    Period,
    Urgency,
    Verdict,
)
from jutong.vocabulary.catalogue import SharingMethod, UpdateFrequency


class Demand(models.Model):
    """需求: data that a department needs, and how far the city is with it."""

    number = models.CharField(max_length=24, unique=True)
    department = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="demands_filed"
    )
    filer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    filer_name = models.CharField(max_length=150)
    name = models.CharField(max_length=120)
    items = models.JSONField(default=list)
    proposed = models.ForeignKey(
        "directory.Department", null=True, on_delete=models.PROTECT, related_name="+"
    )
    duties = models.JSONField(default=list)
    basis = models.TextField()
    scene = models.TextField()
    sharing_method = models.CharField(max_length=16, choices=SharingMethod.choices())
    update_frequency = models.CharField(max_length=12, choices=UpdateFrequency.choices())
    use_until = models.DateField(null=True)
    urgency = models.CharField(max_length=12, choices=Urgency.choices())
    stage = models.CharField(max_length=16, choices=DemandStage.choices(), db_index=True)
    stage_since = models.DateTimeField()
    limit_code = models.CharField(max_length=8, blank=True)
    due_on = models.DateField(null=True, db_index=True)
    assigned = models.ForeignKey(
        "directory.Department", null=True, on_delete=models.PROTECT, related_name="demands_assigned"
    )
    entry = models.ForeignKey("catalogue.Entry", null=True, on_delete=models.PROTECT, related_name="demands")
    awaited_version = models.PositiveIntegerField(null=True)
    application = models.CharField(max_length=24, blank=True)
    lead = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    binding_decision = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number


class DemandStep(models.Model):
    """One step of a demand, with who took it, when, why, and whether its clock held."""

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="steps")
    action = models.CharField(max_length=12, choices=DemandAction.choices())
    before = models.CharField(max_length=16, choices=DemandStage.choices())
    after = models.CharField(max_length=16, choices=DemandStage.choices())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    department = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    note = models.CharField(max_length=200, blank=True)
    limit_code = models.CharField(max_length=8, blank=True)
    due_on = models.DateField(null=True)
    in_time = models.BooleanField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.demand_id} {self.action}"


class Responsibility(models.Model):
    """责任事项: data that a department must provide; what the entry says of it is read from the entry."""

    number = models.CharField(max_length=24, unique=True)
    department = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="responsibilities"
    )
    origin = models.CharField(max_length=12, choices=Origin.choices())
    entry = models.ForeignKey(
        "catalogue.Entry", null=True, on_delete=models.PROTECT, related_name="responsibilities"
    )
    demand = models.ForeignKey(Demand, null=True, on_delete=models.PROTECT, related_name="responsibilities")
    name = models.CharField(max_length=120, blank=True)
    items = models.JSONField(default=list)
    entry_version = models.PositiveIntegerField(default=0)
    due_on = models.DateField(null=True)
    person = models.CharField(max_length=60, blank=True)
    period = models.CharField(max_length=12, choices=Period.choices(), default=Period.QUARTERLY.value)
    confirmed_version = models.PositiveIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    active = models.BooleanField(default=True, db_index=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("department", "entry"),
                condition=models.Q(active=True, entry__isnull=False),
                name="one_active_responsibility_per_department_and_entry",
            ),
        )

    def __str__(self) -> str:
        return self.number


class NegativeItem(models.Model):
    """负面清单事项: an entry or item that is refused, with basis, review and the days on which it ends."""

    number = models.CharField(max_length=24, unique=True)
    scope = models.CharField(max_length=12, choices=NegativeScope.choices())
    department = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="negative_items"
    )
    entry = models.ForeignKey(
        "catalogue.Entry", null=True, on_delete=models.PROTECT, related_name="negative_items"
    )
    field = models.CharField(max_length=64, blank=True)
    demand = models.ForeignKey(Demand, null=True, on_delete=models.PROTECT, related_name="negative_items")
    name = models.CharField(max_length=250)
    entry_code = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    basis_document = models.CharField(max_length=200, blank=True)
    basis_number = models.CharField(max_length=80, blank=True)
    basis_article = models.CharField(max_length=80, blank=True)
    declared = models.BooleanField(default=False)
    verdict = models.CharField(max_length=12, choices=Verdict.choices(), default=Verdict.PENDING.value)
    opinion = models.TextField(blank=True)
    reviewed_by = models.CharField(max_length=150, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    examine_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    active = models.BooleanField(default=True, db_index=True)
    ended_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("entry", "field", "scope"),
                condition=models.Q(active=True, entry__isnull=False),
                name="one_active_refusal_per_entry_and_item",
            ),
        )

    def __str__(self) -> str:
        return self.number


class Edition(models.Model):
    """A dated edition of a list (通告): the sheet as it was published, whole and frozen."""

    kind = models.CharField(max_length=16, choices=ListKind.choices())
    year = models.PositiveSmallIntegerField()
    issue = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    notice = models.TextField(blank=True)
    sheet = models.TextField()
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("kind", "year", "issue"), name="one_edition_per_issue"),
        )

    def __str__(self) -> str:
        return f"{self.kind}-{self.year}-{self.issue}"


class ListSequence(models.Model):
    """The last number given in a series; numbers are never given again."""

    series = models.CharField(max_length=16, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}{self.last:05d}"


class ListState(models.Model):
    """The catalogue as the lists last saw it; its row lock puts those who bring them up to date in order."""

    name = models.CharField(max_length=16, primary_key=True)
    stamp = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.stamp
