"""Each award gets the code of its short address; old rows are filled in batches."""

from django.db import migrations, models
from psycopg2.extras import execute_values

import credentials.codes

BATCH = 5000


def fill(apps, schema_editor):
    """A code for every award that has none."""
    award = apps.get_model("credentials", "Award")
    without = award.objects.filter(code=None).values_list("pk", flat=True).order_by("pk")
    while keys := list(without[:BATCH]):
        rows = [(str(key), credentials.codes.new_code()) for key in keys]
        with schema_editor.connection.cursor() as cursor:
            execute_values(
                cursor.cursor,
                "UPDATE credentials_award a SET code = v.code FROM (VALUES %s) AS v (id, code) WHERE a.id = v.id::uuid",
                rows,
                page_size=BATCH,
            )


class Migration(migrations.Migration):
    dependencies = [("credentials", "0004_signed_bytes")]

    operations = [
        migrations.AddField(
            model_name="award",
            name="code",
            field=models.CharField(max_length=10, null=True, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="award",
            name="code",
            field=models.CharField(
                max_length=10, unique=True, default=credentials.codes.new_code, editable=False
            ),
        ),
    ]
