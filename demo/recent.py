"""What has happened at the invented meeting just before somebody looks: a deputy comes, and the house has changed."""

from typing import Any

from django.db import transaction

from accounts.models import User
from events.models import Event, PlacePool, Registration
from events.services.answers import answer_invitation
from events.services.changes import Notice
from events.services.changing import update_event
from events.services.deputies import DeputyPerson, name_deputy
from events.services.planning import Capacities
from events.services.replies import Reply
from mailing.services.delivery import deliver_due
from mailing.transport import DemoMailbox


def send_a_deputy(event: Event, facts: dict[str, Any]) -> Registration:
    """Let somebody with a place send a deputy who says yes; return the deputy."""
    with_place = event.registrations.filter(claims__state="confirmed", claims__pool__kind=PlacePool.Kind.ON_SITE)
    inviter = with_place.select_related("event").order_by("-pk")[0]
    chosen = PlacePool.objects.filter(claims__registration=inviter, claims__state="confirmed", item__isnull=False)
    reply = Reply(answer=Registration.Answer.YES, attendance=Registration.Attendance.ON_SITE, item_pools=tuple(chosen))
    request = name_deputy(
        inviter=inviter,
        person=DeputyPerson(facts["name"], facts["email"], facts["organisation"]),
        words=facts["words"],
    )
    deputy = request.deputy
    if deputy is None:
        raise ValueError("an open request has a deputy")
    # The request arrives before it is answered.
    deliver_due(transport=DemoMailbox())
    answer_invitation(registration=deputy, reply=reply, form_path="/e/")
    return deputy


@transaction.atomic
def move_to_another_house(actor: User, event: Event, facts: dict[str, Any]) -> Event:
    """Change the venue and tell everybody who relies on the old one."""
    event.refresh_from_db()
    places = {pool.kind: pool.capacity for pool in event.pools.filter(item__isnull=True)}
    saved = update_event(
        actor=actor,
        event=event,
        version=event.version,
        fields={"venue": facts["venue"]},
        capacities=Capacities(on_site=places["on_site"], online=places["online"]),
        notice=Notice(words=facts["words"]),
    )
    return saved.event
