"""Tables of the catalogue. The columns of an entry are what holds: the published state, or the first draft.

A change to a published entry is kept as one document (`pending`) until it is published, so that consumers never
see a half-made change.
"""

from django.conf import settings
from django.db import models

from jutong.control.catalogue.terms import Assignment, EntryAction, ExtensionState, Provision
from jutong.vocabulary.catalogue import (
    DataGrade,
    DataType,
    EntryStatus,
    FormatClass,
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    ResourceClass,
    SharingType,
    UpdateFrequency,
)


class Classification(models.Model):
    """信息资源分类: 类, 项, 目, 细目 as one tree; `code` is the whole front part of a resource code."""

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=60)
    depth = models.PositiveSmallIntegerField()
    resource_class = models.CharField(max_length=12, choices=ResourceClass.choices())
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """目录条目: the 13 core metadata elements (发改高技术〔2017〕1272号) and the extensions of live platforms."""

    # Identity: never changes.
    service = models.CharField(max_length=63, unique=True)
    provider = models.ForeignKey("directory.Department", on_delete=models.PROTECT, related_name="entries")
    # Core elements 1 to 3.
    classification = models.ForeignKey(
        Classification, null=True, on_delete=models.PROTECT, related_name="entries"
    )
    resource_class = models.CharField(max_length=12, choices=ResourceClass.choices())
    title = models.CharField(max_length=120)
    # Null until it is given: a unique column may hold many nulls, not many empty texts.
    code = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001
    # 4 and 5 are the provider and its unified social credit code; 6, 7.
    provider_unit = models.CharField(max_length=120, blank=True)
    abstract = models.TextField(blank=True)
    format_class = models.CharField(max_length=16, choices=FormatClass.choices())
    format = models.CharField(max_length=20, blank=True)
    # 8 are the items; 9, 10.
    sharing_type = models.CharField(max_length=16, choices=SharingType.choices())
    sharing_condition = models.TextField(blank=True)
    sharing_reason = models.TextField(blank=True)
    basis_document = models.CharField(max_length=200, blank=True)
    basis_number = models.CharField(max_length=80, blank=True)
    basis_article = models.CharField(max_length=80, blank=True)
    sharing_methods = models.JSONField(default=list)
    open_type = models.CharField(max_length=16, choices=OpenType.choices())
    open_condition = models.TextField(blank=True)
    # 11 to 13.
    update_frequency = models.CharField(max_length=12, choices=UpdateFrequency.choices())
    published_on = models.DateField(null=True)
    related_codes = models.JSONField(default=list)
    # Extensions. `level` is the declared one or that of the strictest item.
    declared_level = models.CharField(max_length=4, choices=Level.choices(), default=Level.L1.value)
    level = models.CharField(max_length=4, choices=Level.choices(), default=Level.L1.value)
    system = models.ForeignKey(
        "directory.System", null=True, on_delete=models.PROTECT, related_name="entries"
    )
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_email = models.CharField(max_length=120, blank=True)
    domain_area = models.CharField(max_length=60, blank=True)
    scene = models.TextField(blank=True)
    business_frequency = models.CharField(max_length=12, choices=UpdateFrequency.choices(), blank=True)
    assignment = models.CharField(
        max_length=12, choices=Assignment.choices(), default=Assignment.PROVIDER.value
    )
    without_key = models.BooleanField(default=False)
    is_result = models.BooleanField(default=False)
    is_certificate = models.BooleanField(default=False)
    assessment = models.TextField(blank=True)
    duties = models.JSONField(default=list)
    secret = models.BooleanField(default=False)
    provision = models.CharField(max_length=12, choices=Provision.choices(), default=Provision.PERIODIC.value)
    data_grade = models.CharField(max_length=12, choices=DataGrade.choices(), default=DataGrade.GENERAL.value)
    storage_mb = models.PositiveBigIntegerField(null=True)
    row_count = models.PositiveBigIntegerField(null=True)
    query_keys = models.JSONField(default=list)
    rules = models.JSONField(default=list)
    # Life.
    status = models.CharField(max_length=16, choices=EntryStatus.choices(), db_index=True)
    version = models.PositiveIntegerField(default=1)
    published_version = models.PositiveIntegerField(null=True)
    live = models.BooleanField(default=False, db_index=True)
    pending = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    review_started_on = models.DateField(null=True)
    review_due_on = models.DateField(null=True)
    # The nearest due date of an open update duty (`UpdateDuty`).
    update_due_on = models.DateField(null=True, db_index=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("live", "provider", "published_version"), name="entry_marks"),)

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """信息项 of an entry's present state, in order."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    field = models.CharField(max_length=64)
    data_type = models.CharField(max_length=12, choices=DataType.choices())
    length = models.PositiveIntegerField(null=True)
    scale = models.PositiveIntegerField(null=True)
    required = models.BooleanField(default=False)
    key = models.BooleanField(default=False)
    level = models.CharField(max_length=4, choices=Level.choices())
    sharing_type = models.CharField(max_length=16, choices=SharingType.choices())
    sharing_condition = models.TextField(blank=True)
    open_type = models.CharField(max_length=16, choices=OpenType.choices())
    meaning = models.CharField(max_length=24, choices=Meaning.choices(), blank=True)
    code_list = models.CharField(max_length=60, blank=True)
    data_element = models.CharField(max_length=60, blank=True)
    mask = models.CharField(max_length=16, choices=MaskMethod.choices(), blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("entry", "field"), name="one_field_per_entry"),)
        indexes = (models.Index(fields=("name",), name="item_by_name"),)

    def __str__(self) -> str:
        return self.name


class EntryVersion(models.Model):
    """A published state, frozen: the whole draft and the contract made from it, as exact text."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    draft = models.TextField()
    contract = models.TextField()
    reason = models.TextField(blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("entry", "number")
        constraints = (
            models.UniqueConstraint(fields=("entry", "number"), name="one_version_number_per_entry"),
        )

    def __str__(self) -> str:
        return f"{self.entry_id} v{self.number}"


class EntryStep(models.Model):
    """One step in the life of an entry, with who took it and why."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=12, choices=EntryAction.choices())
    before = models.CharField(max_length=16, choices=EntryStatus.choices())
    after = models.CharField(max_length=16, choices=EntryStatus.choices())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.action}"


class UpdateDuty(models.Model):
    """A duty to update an entry after law or duties changed (T1), until a new version is published."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="update_duties")
    reason = models.TextField()
    started_on = models.DateField()
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by_name = models.CharField(max_length=150)
    extension = models.CharField(
        max_length=8, choices=ExtensionState.choices(), default=ExtensionState.NONE.value
    )
    extension_reason = models.TextField(blank=True)
    extension_asked_by_name = models.CharField(max_length=150, blank=True)
    extension_asked_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_version = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("due_on", "id")
        indexes = (models.Index(fields=("closed_at", "due_on"), name="update_duty_open"),)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.due_on}"


class LevelConfirmation(models.Model):
    """A reviewer's decision on the level of an item; it holds while what it was made from stays (`fingerprint`)."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="level_confirmations")
    field = models.CharField(max_length=64)
    level = models.CharField(max_length=4, choices=Level.choices())
    proposed = models.CharField(max_length=4, choices=Level.choices())
    fingerprint = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("entry", "field"), name="level_confirmation_item"),)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.field} {self.level}"


class ControlSet(models.Model):
    """The city's controls of all levels as one version; the newest holds, none is ever changed."""

    number = models.PositiveIntegerField(unique=True)
    controls = models.TextField()
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"v{self.number}"


class CodeSequence(models.Model):
    """The last sequence number given under a front part; its row lock puts publishers in order."""

    front = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.front}/{self.last}"


class AllocatedCode(models.Model):
    """A resource code once given: kept for ever, so that none is given twice (domain §2.2)."""

    code = models.CharField(max_length=64, primary_key=True)
    service = models.CharField(max_length=63)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class AllocatedService(models.Model):
    """A service name once given: kept for ever."""

    service = models.CharField(max_length=63, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.service


class SearchDocument(models.Model):
    """What of an entry is searched, as folded text; `stamp` is the mark of its last change."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="document")
    text = models.TextField()
    stamp = models.PositiveBigIntegerField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class SearchMark(models.Model):
    """One change of what is searched. Numbers follow the order of commits; the token tells a mark from one that was
    rolled back and given again.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return str(self.number)


class SearchSequence(models.Model):
    """The last mark: its row lock puts writers in order."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class SynonymGroup(models.Model):
    """Terms that the city takes for the same, beside those that the platform brings along."""

    terms = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return " ".join(self.terms)


class SavedSearch(models.Model):
    """A search that a person keeps by name; `looked_at` is when they last saw its result."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="searches")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    looked_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("person", "name"), name="one_search_per_name"),)

    def __str__(self) -> str:
        return self.name
