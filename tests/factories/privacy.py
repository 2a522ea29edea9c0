"""Consent texts, for tests that empty the tables between them (transactional ones lose what migrations filled in)."""

import importlib

from privacy.models import ConsentText

_MIGRATIONS = [
    importlib.import_module(f"privacy.migrations.{name}") for name in ("0003_first_texts", "0004_event_news_text")
]


def ensure_consent_texts() -> None:
    """Put the first wording back where it is missing."""
    for migration in _MIGRATIONS:
        for key, (title, text) in migration.TEXTS.items():
            ConsentText.objects.get_or_create(
                key=key, version=1, defaults={"title": title, "text": text, "valid_from": migration.VALID_FROM}
            )
