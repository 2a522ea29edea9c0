"""Write static/img/icons.svg anew after a change of core.icons or of the package lucide."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.icons import build_sprite


class Command(BaseCommand):
    """Regenerate the icon sprite."""

    help = "Write static/img/icons.svg from the icon map in core.icons."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        path = Path(settings.BASE_DIR) / "static" / "img" / "icons.svg"
        path.write_text(build_sprite(), encoding="utf-8")
        self.stdout.write(f"{path.name}: {path.stat().st_size} bytes")
