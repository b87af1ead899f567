"""Each status list stores its shuffled order; before, it was worked out from a seed by every process."""

import hashlib
import struct

from django.db import migrations, models

ENDED = models.Q(("revoked_at__isnull", False), ("superseded_by__isnull", False), _connector="OR")

# What is cut out of the middle is then fetched from the middle.
UNPACKED = 'ALTER TABLE credentials_statuslist ALTER COLUMN "order" SET STORAGE EXTERNAL'
PACKED = 'ALTER TABLE credentials_statuslist ALTER COLUMN "order" SET STORAGE EXTENDED'


def lay_out(apps, schema_editor):
    """The order of each list that has a seed: that in which its first places were given out already."""
    lists = apps.get_model("credentials", "StatusList").objects
    for key, seed, size in lists.values_list("pk", "order_seed", "size"):
        secret = seed.encode()
        order = sorted(range(size), key=lambda place: hashlib.sha256(b"%b:%d" % (secret, place)).digest())
        lists.filter(pk=key).update(order=struct.pack(f">{size}I", *order))


class Migration(migrations.Migration):

    dependencies = [("credentials", "0007_badge_drawing")]

    operations = [
        migrations.AddField("statuslist", "order", models.BinaryField(default=b""), preserve_default=False),
        migrations.RunSQL(UNPACKED, PACKED),
        migrations.RunPython(lay_out, migrations.RunPython.noop),
        migrations.RemoveField("statuslist", "order_seed"),
        migrations.AlterModelOptions("statuslist", {"base_manager_name": "objects"}),
        migrations.AddIndex(
            "award",
            models.Index(fields=["status_list", "status_index"], name="award_bits", condition=ENDED),
        ),
    ]
