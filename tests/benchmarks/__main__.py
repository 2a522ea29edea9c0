"""`./run bench`: what the portal's main jobs cost with much data. Prints machine, data and medians; judges nothing."""

import datetime as dt
import os
import platform
import statistics
import time
import uuid
from collections.abc import Callable

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

django.setup()

# Models can be imported only after django.setup().
from accounts.models import User  # noqa: E402
from core.clock import db_now  # noqa: E402
from core.search import email_key, name_key, sort_key  # noqa: E402
from events.models import Event, ManagedEvent, Registration  # noqa: E402
from events.services.answers import answer_invitation  # noqa: E402
from events.services.audience import Selection, collect  # noqa: E402
from events.services.invitations import invite  # noqa: E402
from events.services.planning import Capacities, create_event, set_visibility  # noqa: E402
from events.services.public_registration import Person, register_publicly  # noqa: E402
from events.services.replies import Reply  # noqa: E402
from mailing.models import OutboxMessage  # noqa: E402
from mailing.services.delivery import deliver_due  # noqa: E402

EVENTS, PEOPLE, INVITED = 300, 1000, 500
REPEATS = 20


def main() -> None:
    """Make the data, measure, print."""
    cores = os.cpu_count()
    print(f"Rechner: {platform.system()} {platform.machine()}, {cores} Kerne, Python {platform.python_version()}")
    staff = User.objects.create_user(email="bench@example.org", name="Bea Bench", is_centre_staff=True)
    event = _events(staff)
    _people(event, PEOPLE)
    print(f"Daten: {EVENTS} Treffen, {PEOPLE} Gäste an einem; jede Zahl ist der Median von {REPEATS} Läufen\n")
    visitor, organiser = Client(), Client()
    organiser.force_login(staff)
    manage = ManagedEvent.objects.get(pk=event.pk).get_absolute_url()
    _page("Startseite", visitor, "/")
    _page("Liste der Veranstaltungen", visitor, "/veranstaltungen/")
    _page("Seite eines Treffens", visitor, event.get_absolute_url())
    _page("Gästeliste, 1.000 Personen", organiser, f"{manage}gaeste/")
    _page("Übersicht eines Treffens", organiser, manage)
    print()
    _inviting(staff)
    _answering(event)
    _registering(event)
    _delivering()


def _events(staff: User) -> Event:
    for number in range(EVENTS):
        event = _event(staff, f"Treffen {number}", days=20 + number % 200)
    return event


def _event(staff: User, title: str, days: int) -> Event:
    start = db_now() + dt.timedelta(days=days)
    event = create_event(
        actor=staff,
        owner=None,
        fields={
            "title": title, "starts_on": start.date(), "starts_at": start, "ends_at": start + dt.timedelta(hours=6),
            "format": Event.Format.HYBRID, "venue": "Saal", "city": "Essen", "contact_email": "bench@example.org",
            "has_public_registration": True,
        },
        capacities=Capacities(on_site=PEOPLE * 2, online=None),
        with_template=True,
    )  # fmt: skip
    return set_visibility(actor=staff, event=event, visibility=Event.Visibility.PUBLIC)


def _people(event: Event, count: int) -> None:
    Registration.objects.bulk_create(
        Registration(
            event=event, name=f"Person {number:05}", name_key=name_key(f"Person {number:05}"),
            sort_key=sort_key(f"Person {number:05}"), email=f"p{number}@example.org",
            email_key=email_key(f"p{number}@example.org"), created_at=db_now(),
        )
        for number in range(count)
    )  # fmt: skip


def _page(label: str, client: Client, path: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    _times(label, lambda: client.get(path), extra=f"{len(queries)} Abfragen, {len(response.content) / 1024:.0f} KB")


def _times(label: str, call: Callable[[], object], *, repeats: int = REPEATS, extra: str = "") -> None:
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    slowest = max(seconds)
    print(f"{label:<40}{statistics.median(seconds) * 1000:>8.1f} ms   max {slowest * 1000:>7.1f} ms   {extra}")


def _inviting(staff: User) -> None:
    event = _event(staff, "Einladen", days=40)
    _people(event, INVITED)
    audience = collect(actor=staff, event=event, selection=Selection(include_noted=True))
    chosen = [person.key for person in audience.new]
    _times(
        f"{INVITED} einladen und einreihen",
        lambda: invite(actor=staff, event=event, audience=audience, chosen=chosen, text=""),
        repeats=1,
    )
    assert OutboxMessage.objects.filter(scope=event.scope).count() == INVITED


def _answering(event: Event) -> None:
    people = iter(event.registrations.select_related("event").order_by("pk"))
    reply = Reply(answer=Registration.Answer.YES, attendance=Registration.Attendance.ON_SITE)
    _times(
        "Antwort samt Platz und Mail",
        lambda: answer_invitation(registration=next(people), reply=reply, form_path="/"),
    )


def _registering(event: Event) -> None:
    numbers = iter(range(10_000))
    reply = Reply(answer=Registration.Answer.YES, attendance=Registration.Attendance.ONLINE)

    def register() -> None:
        number = next(numbers)
        register_publicly(
            event=event, person=Person(name=f"Neu {number}", email=f"neu{number}@example.org"), reply=reply,
            submission=uuid.uuid4(), address=f"192.0.2.{number % 250}", form_path="/",
        )  # fmt: skip

    _times("Öffentliche Anmeldung", register)


def _delivering() -> None:
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED).count()
    began = time.perf_counter()
    deliver_due()
    seconds = time.perf_counter() - began
    left = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED).count()
    print(f"{'Mails je Sekunde (ohne SMTP)':<40}{(waiting - left) / seconds:>8.0f}      {waiting - left} Mails")


if __name__ == "__main__":
    main()
