from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials", "0006_hidden_items")]

    operations = [
        migrations.AddField(
            model_name="definition",
            name="drawing",
            field=models.FileField(blank=True, max_length=200, null=True, upload_to="badges/"),
        ),
        migrations.AddField(
            model_name="definition",
            name="design",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
