"""Where the approval of an Academic Event Code stands written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials", "0024_catalogue_entries")]

    operations = [
        migrations.AddField(
            model_name="eventcode",
            name="minutes",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
    ]
