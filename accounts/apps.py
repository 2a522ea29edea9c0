from django.apps import AppConfig
from django.core.checks import Tags, register

from accounts.checks import check_local_mode, check_local_mode_is_off


class AccountsConfig(AppConfig):
    """Users and how they sign in."""

    name = "accounts"

    def ready(self) -> None:
        """Register the system checks."""
        register(check_local_mode, Tags.security)
        register(check_local_mode_is_off, Tags.security, deploy=True)
