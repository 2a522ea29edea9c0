"""The database itself refuses to change a consent or its wording. Erasure deletes rows; nothing rewrites them."""

from django.db import migrations

CREATE = """
CREATE FUNCTION privacy_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are immutable: write a new one.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER privacy_consenttext_immutable BEFORE UPDATE ON privacy_consenttext
    FOR EACH ROW EXECUTE FUNCTION privacy_refuse_update();
CREATE TRIGGER privacy_consentrecord_immutable BEFORE UPDATE ON privacy_consentrecord
    FOR EACH ROW EXECUTE FUNCTION privacy_refuse_update();
"""
DROP = """
DROP TRIGGER privacy_consentrecord_immutable ON privacy_consentrecord;
DROP TRIGGER privacy_consenttext_immutable ON privacy_consenttext;
DROP FUNCTION privacy_refuse_update();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_consents")]

    operations = [migrations.RunSQL(CREATE, DROP)]
