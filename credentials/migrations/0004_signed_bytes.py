"""Signed documents become text, byte for byte; each award keeps the hash of its own; several awards may end in one."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# What jsonb kept of an earlier document is the text that was served of it, so this is the text that stays.
AWARDS = """
ALTER TABLE credentials_award
    ADD COLUMN document_hash varchar(64),
    ALTER COLUMN document TYPE text USING CASE WHEN document = '{}'::jsonb THEN '' ELSE document::text END;
ALTER TABLE credentials_award
    ALTER COLUMN document_hash TYPE varchar(64)
        USING CASE WHEN document = '' THEN '' ELSE encode(sha256(convert_to(document, 'UTF8')), 'hex') END,
    ALTER COLUMN document_hash SET NOT NULL;
"""
AWARDS_BACK = """
ALTER TABLE credentials_award
    DROP COLUMN document_hash,
    ALTER COLUMN document TYPE jsonb USING CASE WHEN document = '' THEN '{}' ELSE document::jsonb END;
"""
LISTS = """
ALTER TABLE credentials_statuslist
    ALTER COLUMN document TYPE text USING CASE WHEN document = '{}'::jsonb THEN '' ELSE document::text END;
"""
LISTS_BACK = """
ALTER TABLE credentials_statuslist
    ALTER COLUMN document TYPE jsonb USING CASE WHEN document = '' THEN '{}' ELSE document::jsonb END;
"""


class Migration(migrations.Migration):

    dependencies = [("credentials", "0003_parts_and_transcripts")]

    operations = [
        migrations.RunSQL(
            AWARDS,
            AWARDS_BACK,
            state_operations=[
                migrations.AddField("award", "document_hash", models.CharField(blank=True, max_length=64)),
                migrations.AlterField("award", "document", models.TextField(blank=True)),
            ],
        ),
        migrations.RunSQL(
            LISTS,
            LISTS_BACK,
            state_operations=[migrations.AlterField("statuslist", "document", models.TextField(blank=True))],
        ),
        migrations.AlterField(
            model_name="award",
            name="superseded_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="supersedes",
                to="credentials.award",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="award",
            trigger=pgtrigger.compiler.Trigger(name='document_is_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN ((NEW.document <> OLD.document AND NEW.document <> '') OR NEW.document_hash <> OLD.document_hash)", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='8194dc6a028d0704e90e1400a686e2fbd6c1f1c9', operation='UPDATE', pgid='pgtrigger_document_is_final_a2e17', table='credentials_award', when='BEFORE')),
        ),
    ]
