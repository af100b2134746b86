"""What departments fill in: nothing of it was kept before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0006_entry_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="FillingTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.CharField(max_length=60)),
                ("due_on", models.DateField()),
                ("source", models.CharField(max_length=63)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待填报"),
                            ("submitted", "待审核"),
                            ("done", "已完成"),
                            ("closed", "已关闭"),
                        ],
                        db_index=True,
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=150)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filling_tasks",
                        to="catalogue.entry",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "已提交，待审核"),
                            ("returned", "已退回"),
                            ("accepted", "审核通过"),
                            ("withdrawn", "已撤回"),
                        ],
                        db_index=True,
                        max_length=12,
                    ),
                ),
                ("rows", models.TextField()),
                ("row_count", models.PositiveIntegerField(default=0)),
                ("workbook", models.BinaryField(default=b"")),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("saved_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("submitted_by", models.CharField(blank=True, max_length=150)),
                ("submitted_by_name", models.CharField(blank=True, max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_name", models.CharField(blank=True, max_length=150)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("handed_on_at", models.DateTimeField(null=True)),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="filling.fillingtask",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.AddConstraint(
            model_name="fillingtask",
            constraint=models.UniqueConstraint(fields=("entry", "period"), name="one_filling_task_a_period"),
        ),
    ]
