"""Telling people what they now have: one mail per change, whoever made it."""

from collections.abc import Iterable, Mapping

from events import emails
from events.models import Event, Registration
from events.representation import whom_they_leave
from events.services.standing import Standing, standings

Answer, Source = Registration.Answer, Registration.Source


def announce(event: Event, registration_ids: Iterable[int], *, note: str = "") -> None:
    """Raise each person's revision and queue the one mail that says what they now have.

    note: a sentence of the organisers for these people, when it was them who changed something. Unproven people get
    nothing but the mail that proves their address. A calendar entry that may have gone out is owed its taking back
    until a mail that carries it has really been sent.
    """
    ids = set(registration_ids)
    if not ids:
        return
    affected = Registration.objects.filter(event=event, pk__in=ids).proven()
    people = list(affected.select_related("event__owner", "organisation"))
    now_have = standings(people)
    _forget_entries_taken_back(people, now_have)
    for person in people:
        person.revision += 1
        if now_have[person.pk].has_place and not event.is_cancelled:
            person.calendar_revision = person.revision
    Registration.objects.bulk_update(people, ("revision", "calendar_revision"))
    for person in people:
        emails.queue_registration(person, now_have[person.pk], note=note)
    _tell_namers(event, people)


def _tell_namers(event: Event, people: list[Registration]) -> None:
    """Tell everybody in whose place somebody came who does not any more; queries only if a deputy is among them."""
    left = [person for person in people if person.source == Source.DEPUTY and person.answer == Answer.NO]
    if not left or event.is_cancelled:
        return
    for each in whom_they_leave(left):
        emails.queue_deputy_gone(each.person, each.request)


def _forget_entries_taken_back(people: list[Registration], now_have: Mapping[int, Standing]) -> None:
    """Note whose calendar entry a sent mail has taken back already; one query, and only if somebody may have one."""
    owed = [person for person in people if person.calendar_revision and not now_have[person.pk].has_place]
    taken_back = emails.entries_taken_back(owed)
    for person in owed:
        if taken_back.get(person.ref, 0) > person.calendar_revision:
            person.calendar_revision = 0
