from django.apps import AppConfig


class VerbuendeConfig(AppConfig):
    """Organisations, alliances with their members and sources, and the address books."""

    name = "verbuende"
