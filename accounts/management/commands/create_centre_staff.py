"""The first account of an empty portal: `./run manage create_centre_staff MAIL`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services.accounts import create_centre_staff
from core.exceptions import DomainError


class Command(BaseCommand):
    """Create an account of the coordination centre and send its first link."""

    help = "Legt ein Konto des Koordinierungszentrums an und schickt den Link für das erste Passwort."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address and, if known, the name."""
        parser.add_argument("mail", help="E-Mail-Adresse, mit der sich die Person anmeldet")
        parser.add_argument("--name", default="", help="Vor- und Nachname")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Call the service and say what happens next."""
        try:
            user = create_centre_staff(email=options["mail"], name=options["name"], actor=None, source="command")
        except DomainError as error:
            raise CommandError(error.message) from error
        if user.last_login is None:
            self.stdout.write(f"{user.email}: Konto bereit. Der Link für das Passwort ist unterwegs und gilt 7 Tage.")
        else:
            self.stdout.write(f"{user.email}: Das Konto gehört zum Koordinierungszentrum und wird schon benutzt.")
