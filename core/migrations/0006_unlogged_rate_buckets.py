"""Limits need not survive a crash: without the log, counting one waits for no disk, and it comes before every form."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0005_stored_files_and_import_runs")]

    operations = [
        migrations.RunSQL("ALTER TABLE core_ratebucket SET UNLOGGED", "ALTER TABLE core_ratebucket SET LOGGED"),
    ]
