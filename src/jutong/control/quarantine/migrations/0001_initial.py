"""Work orders of refused rows, files of corrections, and which version of an entry they are in line with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0006_entry_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("service", models.CharField(max_length=63, unique=True)),
                ("version", models.PositiveBigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("file_name", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("received", "等待检查"), ("done", "已补录"), ("failed", "无法处理")],
                        db_index=True,
                        max_length=12,
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("received_by_name", models.CharField(max_length=150)),
                ("ended_at", models.DateTimeField(null=True)),
                ("report", models.TextField(blank=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="catalogue.entry",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="WorkOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True)),
                ("reason", models.CharField(max_length=200)),
                ("open_key", models.CharField(max_length=240, null=True, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("sent", "待处理"),
                            ("correcting", "更正中"),
                            ("corrected", "已更正，待核验"),
                            ("refused", "部门退回"),
                            ("closed", "已办结"),
                        ],
                        db_index=True,
                        max_length=12,
                    ),
                ),
                ("rows_open", models.PositiveBigIntegerField(default=0)),
                ("rows_most", models.PositiveBigIntegerField(default=0)),
                ("samples", models.JSONField(default=list)),
                ("first_run", models.CharField(blank=True, max_length=60)),
                ("last_run", models.CharField(blank=True, max_length=60)),
                ("limit_code", models.CharField(max_length=12)),
                ("opened_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_orders",
                        to="catalogue.entry",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="OrderEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor_name", models.CharField(max_length=150)),
                ("action", models.CharField(max_length=12)),
                ("status", models.CharField(max_length=12)),
                ("rows", models.PositiveBigIntegerField(default=0)),
                ("run_id", models.CharField(blank=True, max_length=60)),
                ("note", models.CharField(blank=True, max_length=1000)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="quarantine.workorder",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
    ]
