from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Consents: what was asked, in which words, and what was answered."""

    name = "privacy"
