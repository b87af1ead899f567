from django.db import migrations


class Migration(migrations.Migration):
    """The words of an entry stand in its row: looking through all of them reads it once, and not in pieces from elsewhere."""

    dependencies = [("credentials", "0025_event_code_minutes")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE credentials_catalogueentry SET (toast_tuple_target = 8160);
            ALTER TABLE credentials_catalogueentry ALTER COLUMN words SET STORAGE MAIN;
            ALTER TABLE credentials_catalogueentry ALTER COLUMN plain SET STORAGE MAIN;
            """,
            """
            ALTER TABLE credentials_catalogueentry RESET (toast_tuple_target);
            ALTER TABLE credentials_catalogueentry ALTER COLUMN words SET STORAGE EXTENDED;
            ALTER TABLE credentials_catalogueentry ALTER COLUMN plain SET STORAGE EXTENDED;
            """,
        )
    ]
