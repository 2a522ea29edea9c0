from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Meetings from programme to mail."""

    name = "events"
