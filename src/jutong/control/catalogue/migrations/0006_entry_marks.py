"""See quickly whether a live entry was published again, withdrawn or moved (the three lists)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0005_item_names"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["live", "provider", "published_version"], name="entry_marks"),
        ),
    ]
