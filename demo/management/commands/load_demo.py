"""Load the demo network once: real alliances and meetings with their sources, and an invented meeting to try out."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from demo.alliances import import_alliances, load_demo_alliances
from demo.meetings import load_historic_meetings
from demo.upcoming import live_the_last_days, plan_and_invite
from events.models import Event
from verbuende.models import Verbund


class Command(BaseCommand):
    """`load_demo` refuses a database in use; `--if-empty` leaves it alone without complaint."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --if-empty."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load everything, or nothing when there is data."""
        if Verbund.objects.exists() or Event.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("Es gibt schon Daten. `./run reset` entfernt sie.")
        started = time.monotonic()
        event = self._load()
        live_the_last_days(_coordinator(), event)
        self.stdout.write(
            f"Demo-Netz geladen: {Verbund.objects.alliances().count()} Verbünde, {Event.objects.count()} Treffen, "
            f"{event.registrations.count()} Eingeladene ({time.monotonic() - started:.1f} s)"
        )

    @transaction.atomic
    def _load(self) -> Event:
        import_alliances()
        load_demo_alliances()
        load_historic_meetings()
        return plan_and_invite(_coordinator())


def _coordinator() -> User:
    """Return who plans and changes the meetings."""
    return User.objects.filter(is_centre_staff=True).earliest("pk")
