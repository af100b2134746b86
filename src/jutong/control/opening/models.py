"""Tables of opening."""

from django.db import models

from jutong.control.opening.terms import DatasetStatus, Licence, Theme


class Dataset(models.Model):
    """开放数据集: the open part of an entry on the portal."""

    entry = models.OneToOneField("catalogue.Entry", on_delete=models.PROTECT, related_name="dataset")
    title = models.CharField(max_length=120)
    theme = models.CharField(max_length=16, choices=Theme.choices())
    licence = models.CharField(max_length=8, choices=Licence.choices())
    items = models.TextField()
    status = models.CharField(max_length=12, choices=DatasetStatus.choices(), db_index=True)
    opened_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    release_version = models.PositiveBigIntegerField(null=True)
    release_rows = models.PositiveBigIntegerField(null=True)
    release = models.JSONField(default=dict)
    views = models.PositiveBigIntegerField(default=0)
    downloads = models.PositiveBigIntegerField(default=0)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title
