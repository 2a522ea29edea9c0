"""Putting mails about events into the outbox: one function each."""

import datetime as dt
from collections.abc import Collection

from django.db import models

from core.clock import db_now
from events.emails.planned import planned_mail
from events.emails.purposes import AddressProofMail, InvitationMail, LinkAgainMail, RegistrationMail
from events.models import Event, InvitationRound, MailPlan, Registration
from events.models.registrations import ref_of
from events.place_snapshots import snapshot_of
from events.services.mail_times import anchor_mark
from events.services.standing import Standing
from mailing.models import OutboxMessage
from mailing.services.outbox import queue, queue_from

CONFIRMATION_DAYS = 3


def queue_registration(registration: Registration, standing: Standing, *, note: str = "") -> None:
    """Queue the mail that says what the person now has: a place, an offer, a rank, or that they cancelled."""
    queue(
        purpose=RegistrationMail.name,
        to=registration.email,
        to_name=registration.name,
        ref=registration.ref,
        dedup_key=f"registration:{registration.pk}:{registration.revision}",
        data=snapshot_of(registration, standing, note=note),
        topic=f"{registration.event.scope}:registration",
        scope=registration.event.scope,
        expires_at=_worth_sending_until(standing),
    )


def _worth_sending_until(standing: Standing) -> dt.datetime:
    """Return until when to keep trying: after the deadline of an offer its mail would be untrue."""
    places = (standing, *standing.items, *([standing.wish] if standing.wish else []))
    deadlines = [place.offered_until for place in places if place.offered_until]
    return min([db_now() + dt.timedelta(days=CONFIRMATION_DAYS), *deadlines])


def entries_taken_back(people: Collection[Registration]) -> dict[str, int]:
    """Return by ref the latest revision whose sent mail took a calendar entry back."""
    if not people:
        return {}
    sent = OutboxMessage.objects.filter(
        ref__in=[person.ref for person in people],
        purpose=RegistrationMail.name,
        state=OutboxMessage.State.SENT,
        data__takes_entry_back=True,
    )
    revisions: dict[str, int] = {}
    for ref, revision in sent.values_list("ref", "data__revision"):
        revisions[ref] = max(revision, revisions.get(ref, 0))
    return revisions


def queue_link_again(registration: Registration, now: dt.datetime) -> None:
    """Queue the mail for somebody who registers a second time: the proof once more, or their own link; once an hour."""
    if not registration.is_proven:
        queue_address_proof(registration, now)
        return
    queue(
        purpose=LinkAgainMail.name,
        to=registration.email,
        to_name=registration.name,
        ref=registration.ref,
        dedup_key=f"link-again:{registration.pk}:{now:%Y%m%d%H}",
        topic=f"{registration.event.scope}:registration",
        scope=registration.event.scope,
        expires_at=now + dt.timedelta(days=1),
    )


def queue_address_proof(registration: Registration, now: dt.datetime) -> None:
    """Queue the only mail an unproven address gets; at most once an hour, unless organisers corrected it."""
    queue(
        purpose=AddressProofMail.name,
        to=registration.email,
        to_name=registration.name,
        ref=registration.ref,
        dedup_key=f"proof:{registration.pk}:{registration.version}:{now:%Y%m%d%H}",
        topic=f"{registration.event.scope}:registration",
        scope=registration.event.scope,
        expires_at=registration.unproven_until,
    )


def invitation_batch(round_id: int) -> str:
    """Return what the keys of one round's mails begin with."""
    return f"invite:{round_id}:"


def queue_invitations(sending: InvitationRound, event: Event, *, not_before: dt.datetime | None = None) -> int:
    """Queue one round's invitations with one statement, for now or for a time to come; return how many are new."""
    return queue_from(
        purpose=InvitationMail.name,
        source=sending.invitations.values(
            ref=ref_of("registration_id"),
            recipient=models.F("registration__email"),
            recipient_name=models.F("registration__name"),
            dedup_key=models.functions.Concat(
                models.Value("invite:"),
                "round_id",
                models.Value(":"),
                "registration_id",
                output_field=models.TextField(),
            ),
            data=models.functions.JSONObject(invitation="pk", round="round_id"),
            expires_at=models.Value(event.starts_at),
        ),
        topic=f"{event.scope}:invitation",
        scope=event.scope,
        not_before=not_before,
        run=sending.run,
    )


def queue_planned(
    people: models.QuerySet[Registration], plan: MailPlan, *, now: dt.datetime, is_automatic: bool = True
) -> int:
    """Queue a plan's mails with one statement; return how many are new.

    The key holds the day the plan counts from: nobody gets one plan twice, and a moved event reminds anew.
    """
    mail = planned_mail(plan.kind)
    mark = anchor_mark(plan, plan.event)
    return queue_from(
        purpose=mail.name,
        source=people.values(
            ref=ref_of(),
            recipient=models.F("email"),
            recipient_name=models.F("name"),
            dedup_key=models.functions.Concat(
                models.Value(f"plan:{plan.pk}:"), "pk", models.Value(f":{mark}"), output_field=models.TextField()
            ),
            # "start" is the plan's anchor, whatever it is; workers of the first version read it for reminders.
            data=models.functions.JSONObject(plan=models.Value(plan.pk), start=models.Value(mark)),
            expires_at=models.Value(mail.expires_at(plan, now)),
        ),
        topic=f"{plan.event.scope}:{plan.kind}",
        scope=plan.event.scope,
        is_automatic=is_automatic,
        run=plan.run,
    )
