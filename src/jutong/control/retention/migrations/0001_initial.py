"""How long data are kept, what is held, and what was destroyed: nothing of it was kept before."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0006_entry_marks"),
        ("directory", "0004_personal_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Numbering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=12, unique=True)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Destruction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                ("open_key", models.BigIntegerField(null=True, unique=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("proposed", "待复核"),
                            ("reviewed", "待批准"),
                            ("approved", "待执行"),
                            ("executing", "执行中"),
                            ("done", "已销毁"),
                            ("declined", "不同意"),
                            ("cancelled", "已撤销"),
                        ],
                        db_index=True,
                        max_length=12,
                    ),
                ),
                ("months", models.PositiveSmallIntegerField()),
                (
                    "basis",
                    models.CharField(
                        choices=[("collected", "归集之日"), ("item", "信息项的日期")], max_length=12
                    ),
                ),
                ("field", models.CharField(blank=True, max_length=63)),
                ("legal_basis", models.CharField(max_length=300)),
                ("cutoff", models.DateField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("counted", models.JSONField(default=dict)),
                ("proposed_by_name", models.CharField(max_length=150)),
                ("proposed_at", models.DateTimeField()),
                ("reviewed_by_name", models.CharField(blank=True, max_length=150)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("approved_by_name", models.CharField(blank=True, max_length=150)),
                ("approved_at", models.DateTimeField(null=True)),
                ("declined_by_name", models.CharField(blank=True, max_length=150)),
                ("decline_reason", models.CharField(blank=True, max_length=300)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("error_code", models.CharField(blank=True, max_length=64)),
                ("progress", models.JSONField(default=dict)),
                ("sequence", models.PositiveBigIntegerField(null=True, unique=True)),
                ("proof", models.TextField(blank=True)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("signature", models.CharField(blank=True, max_length=200)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="destructions",
                        to="catalogue.entry",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="DueCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("counted_at", models.DateTimeField()),
                ("due", models.PositiveBigIntegerField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="due_count",
                        to="catalogue.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                ("reason", models.CharField(max_length=300)),
                ("document", models.CharField(max_length=120)),
                ("until", models.DateField(null=True)),
                ("placed_by_name", models.CharField(max_length=150)),
                ("placed_at", models.DateTimeField()),
                ("lifted_by_name", models.CharField(blank=True, max_length=150)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lift_reason", models.CharField(blank=True, max_length=300)),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_holds",
                        to="directory.department",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_holds",
                        to="catalogue.entry",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=120, unique=True)),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("l1", "一级（公开）"),
                            ("l2", "二级（低敏感）"),
                            ("l3", "三级（较敏感）"),
                            ("l4", "四级（敏感）"),
                        ],
                        max_length=4,
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(null=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[("collected", "归集之日"), ("item", "信息项的日期")], max_length=12
                    ),
                ),
                ("field", models.CharField(blank=True, max_length=63)),
                ("legal_basis", models.CharField(max_length=300)),
                ("set_by_name", models.CharField(max_length=150)),
                ("set_at", models.DateTimeField()),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retention_rules",
                        to="directory.department",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retention_rules",
                        to="catalogue.entry",
                    ),
                ),
            ],
            options={
                "ordering": ("scope",),
            },
        ),
    ]
