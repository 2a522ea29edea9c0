"""Dating back what the demo has just done, so that lists, mails and the log tell of the days before."""

import datetime as dt

from django.db.models import F

from core.models import ChangeEntry
from events.models import Event, PlaceClaim, Registration
from mailing.models import OutboxMessage
from privacy.models import ConsentRecord

PLANNED_BEFORE = dt.timedelta(days=3)
FIRST_ANSWER_AFTER, LAST_ANSWER_BEFORE = dt.timedelta(hours=2), dt.timedelta(hours=6)


def date_back(event: Event, days: int) -> None:
    """Move the planning, the invitation and all answers into the past, each answer a little later than the one before.

    days: since when people have been invited. What happens after this call has happened just now.
    """
    shift = dt.timedelta(days=days)
    _date_planning(event, shift)
    _date_invitation(event, shift)
    people = list(event.registrations.exclude(answered_at=None).order_by("pk"))
    step = (shift - FIRST_ANSWER_AFTER - LAST_ANSWER_BEFORE) / max(1, len(people) - 1)
    for number, person in enumerate(people):
        _date_answer(person, person.answered_at - shift + FIRST_ANSWER_AFTER + number * step)


def _date_planning(event: Event, shift: dt.timedelta) -> None:
    Event.objects.filter(pk=event.pk).update(created_at=F("created_at") - shift - PLANNED_BEFORE)
    acts = ChangeEntry.objects.filter(scope=event.scope).exclude(actor=None)
    acts.exclude(ref__startswith="events.invitationround:").update(at=F("at") - shift - PLANNED_BEFORE)


def _date_invitation(event: Event, shift: dt.timedelta) -> None:
    event.rounds.update(sent_at=F("sent_at") - shift)
    event.registrations.update(created_at=F("created_at") - shift)
    entries = ChangeEntry.objects.filter(scope=event.scope, ref__startswith="events.invitationround:")
    entries.update(at=F("at") - shift)
    mails = OutboxMessage.objects.filter(scope=event.scope, purpose="events.invitation")
    for name in ("created_at", "not_before", "rendered_at", "accepted_at"):
        mails.update(**{name: F(name) - shift})


def _date_answer(person: Registration, moment: dt.datetime) -> None:
    Registration.objects.filter(pk=person.pk).update(answered_at=moment)
    PlaceClaim.objects.filter(registration=person).update(created_at=moment, changed_at=moment)
    ChangeEntry.objects.filter(ref=person.ref, actor=None).update(at=moment)
    _date_consents(person, moment)
    accepted = moment + dt.timedelta(seconds=2)
    OutboxMessage.objects.filter(ref=person.ref, purpose="events.registration").update(
        created_at=moment, not_before=moment, rendered_at=accepted, accepted_at=accepted
    )


def _date_consents(person: Registration, moment: dt.datetime) -> None:
    """Consents cannot be changed: they are written once more, as if given then."""
    records = list(ConsentRecord.objects.filter(ref=person.ref))
    ConsentRecord.objects.filter(ref=person.ref).delete()
    for record in records:
        record.pk, record.at = None, moment
    ConsentRecord.objects.bulk_create(records)
