"""The table of Django's DatabaseCache, made here so that `migrate` alone prepares a database."""

from django.db import migrations

CREATE = """
CREATE TABLE portal_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX portal_cache_expires ON portal_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_portal_fold")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE portal_cache")]
