"""The app of the portal's own pages."""

from django.apps import AppConfig
from django.core import checks

from portal.checks import check_operator


class PortalConfig(AppConfig):
    """Pages that draw on several apps."""

    name = "portal"

    def ready(self) -> None:
        """Register what `manage.py check --deploy` asks of an installation."""
        checks.register(check_operator, deploy=True)
