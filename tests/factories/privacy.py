"""Consent texts, for tests that empty the tables between them (transactional ones lose what migrations filled in)."""

import importlib

from privacy.models import ConsentText

_first = importlib.import_module("privacy.migrations.0003_first_texts")


def ensure_consent_texts() -> None:
    """Put the first wording back where it is missing."""
    for key, (title, text) in _first.TEXTS.items():
        ConsentText.objects.get_or_create(
            key=key, version=1, defaults={"title": title, "text": text, "valid_from": _first.VALID_FROM}
        )
