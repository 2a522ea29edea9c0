"""Telling people what they now have: one mail per change, whoever made it."""

from collections.abc import Iterable

from events import emails
from events.models import Event, Registration
from events.services.standing import standings


def announce(event: Event, registration_ids: Iterable[int], *, lost_place: set[int] | None = None) -> None:
    """Raise each person's revision and queue the one mail that says what they now have.

    lost_place: those who had a confirmed place before, so that a cancellation also takes back the calendar entry.
    Unproven people get nothing but the mail that proves their address.
    """
    affected = Registration.objects.filter(event=event, pk__in=set(registration_ids)).proven()
    people = list(affected.select_related("event__owner", "organisation"))
    for person in people:
        person.revision += 1
    Registration.objects.bulk_update(people, ("revision",))
    now_have = standings(people)
    for person in people:
        emails.queue_registration(person, now_have[person.pk], had_place=person.pk in (lost_place or set()))
