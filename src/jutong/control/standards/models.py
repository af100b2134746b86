"""Tables of standards. A version is written once: only its status and the day it ends change after it is issued."""

from django.db import models
from django.db.models import Q

from jutong.control.standards.terms import Origin, StandardStatus

_DRAFT, _IN_FORCE = StandardStatus.DRAFT.value, StandardStatus.IN_FORCE.value


class StandardVersion(models.Model):
    """What versions of elements and of code lists have in common."""

    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=StandardStatus.choices(), db_index=True)
    origin = models.CharField(max_length=12, choices=Origin.choices())
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        abstract = True


class ElementVersion(StandardVersion):
    """数据元: `content` is the whole definition as exact text, the columns beside it are for finding."""

    code = models.CharField(max_length=60)
    zh = models.CharField(max_length=120)
    search_text = models.TextField()
    content = models.TextField()
    replaced_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("code", "-number")
        constraints = (
            models.UniqueConstraint(fields=("code", "number"), name="one_element_version_number"),
            models.UniqueConstraint(
                fields=("code",), condition=Q(status=_DRAFT), name="one_draft_of_an_element"
            ),
            models.UniqueConstraint(
                fields=("code",), condition=Q(status=_IN_FORCE), name="one_element_version_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class CodeListVersion(StandardVersion):
    """代码集: `items` is the whole list as exact text."""

    name = models.CharField(max_length=60)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)
    edition = models.CharField(max_length=40, blank=True)
    coverage = models.TextField(blank=True)
    confirmed = models.BooleanField(default=False)
    items = models.TextField()
    item_count = models.PositiveIntegerField()

    class Meta:
        ordering = ("name", "-number")
        constraints = (
            models.UniqueConstraint(fields=("name", "number"), name="one_code_list_version_number"),
            models.UniqueConstraint(
                fields=("name",), condition=Q(status=_DRAFT), name="one_draft_of_a_code_list"
            ),
            models.UniqueConstraint(
                fields=("name",), condition=Q(status=_IN_FORCE), name="one_code_list_version_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"
