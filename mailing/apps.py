from django.apps import AppConfig
from django.core.checks import register

from mailing.checks import check_purposes


class MailingConfig(AppConfig):
    """The outbox, its delivery, and the list of addresses that get no bulk mail."""

    name = "mailing"

    def ready(self) -> None:
        """Register the system check."""
        register(check_purposes)
