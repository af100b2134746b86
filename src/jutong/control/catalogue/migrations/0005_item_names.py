"""Find items of the same name in other entries quickly (the data map)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0004_search"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["name"], name="item_by_name"),
        ),
    ]
