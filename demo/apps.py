from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo network and its mailbox."""

    name = "demo"
