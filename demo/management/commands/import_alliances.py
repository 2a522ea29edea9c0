"""Import the researched alliances; says what is new, changed, unchanged, and what could not be split."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from demo.alliances import import_alliances


class Command(BaseCommand):
    """`import_alliances [file.csv]` may run as often as you like."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file."""
        parser.add_argument("file", nargs="?", type=Path, help="another CSV file of the same columns")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        report = import_alliances(options["file"])
        groups = (
            ("neu", report.new),
            ("geändert", report.changed),
            ("unverändert", report.unchanged),
            ("im Portal geändert, nicht überschrieben", report.kept),
        )
        for label, names in groups:
            self.stdout.write(f"{len(names)} {label}{': ' if names else ''}{', '.join(names)}")
        self.stdout.write(f"{len(report.unsplit)} Angaben nicht zerlegt")
        for remark in report.unsplit:
            self.stdout.write(f"  {remark}")
