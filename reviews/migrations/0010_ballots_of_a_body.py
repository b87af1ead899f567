"""What a body decided before somebody joined it is found by its name and time."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('proposals', '0006_open_steps'),
        ('reviews', '0009_acting_chairs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ballot',
            index=models.Index(fields=['body', 'opened_at'], name='ballot_of_a_body'),
        ),
    ]
