"""portal_fold(text): the immutable folding that generated columns and indexes search with (core.search.fold in SQL)."""

from django.db import migrations

CREATE = """
CREATE FUNCTION portal_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN public.unaccent('public.unaccent'::regdictionary,
    replace(replace(replace(replace(lower(value), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'));

CREATE FUNCTION portal_fold_plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN public.unaccent('public.unaccent'::regdictionary, replace(lower(value), 'ß', 'ss'));
"""
DROP = "DROP FUNCTION portal_fold_plain(text); DROP FUNCTION portal_fold(text);"


class Migration(migrations.Migration):
    dependencies = [("core", "0001_extensions")]

    operations = [migrations.RunSQL(CREATE, DROP)]
