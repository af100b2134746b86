"""Tables of the search: the document of each entry, marks of what changed, the city's synonyms, saved searches."""

from django.conf import settings
from django.db import models


class SearchDocument(models.Model):
    """What of an entry is searched, as folded text; `stamp` is the mark of its last change."""

    entry = models.OneToOneField(
        "catalogue.Entry", on_delete=models.CASCADE, primary_key=True, related_name="document"
    )
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
