"""The invented meetings to come, the first invited and partly answered. Dates count from the day of loading."""

import datetime as dt
import json
from itertools import cycle
from typing import Any

import holidays
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.clock import db_now
from core.dates import parse_time
from demo.dating import date_back
from demo.meetings import DATA, load_items
from demo.recent import move_to_another_house, send_a_deputy
from events.models import Event, EventSeries, ItemTable, PlacePool, Registration
from events.services.answers import answer_invitation
from events.services.audience import Selection, collect
from events.services.invitations import invite
from events.services.planning import Capacities, create_event, set_visibility
from events.services.replies import Reply
from mailing.services.delivery import deliver_due
from mailing.transport import DemoMailbox
from verbuende.models import Verbund, VerbundMember


@transaction.atomic
def plan_and_invite(actor: User) -> Event:
    """Plan and publish the meetings to come, invite to the first and return it."""
    facts = _facts()
    verbuende = list(Verbund.objects.filter(is_demo=True))
    event = _publish(actor, facts["main"], verbuende)
    _invite(actor, event, verbuende, facts["main"]["answers"])
    for other in facts["others"]:
        _publish(actor, other, [])
    return event


def live_the_last_days(actor: User, event: Event) -> None:
    """Let the invitations leave, answer for some, confirm them, and date all of it back to where it belongs.

    Just now a workshop is given back, a deputy has come, and the house has changed.
    """
    facts = _facts()["main"]
    answers = facts["answers"]
    # Always into the demo mailbox: a real server must not get mail for invented people.
    deliver_due(transport=DemoMailbox())
    with transaction.atomic():
        _answer(event, answers)
    deliver_due(transport=DemoMailbox())
    with transaction.atomic():
        date_back(event, answers["invited_days_ago"])
    _give_back_a_workshop(event)
    send_a_deputy(event, facts["deputy"])
    deliver_due(transport=DemoMailbox())
    move_to_another_house(actor, event, facts["change"])
    deliver_due(transport=DemoMailbox())


def _facts() -> dict[str, Any]:
    return json.loads((DATA / "upcoming.json").read_text())


def meeting_day(today: dt.date, facts: dict[str, Any]) -> dt.date:
    """Return the first wanted weekday, that many days ahead, which is no holiday there and not between the years."""
    free = holidays.country_holidays("DE", subdiv=facts["states"][0] if facts["states"] else None)
    day = today + dt.timedelta(days=facts["days_ahead"])
    while day.weekday() != facts["weekday"] or day in free or (day.month == 12 and day.day > 20):
        day += dt.timedelta(days=1)
    return day


def _publish(actor: User, facts: dict[str, Any], verbuende: list[Verbund]) -> Event:
    event = _plan(actor, facts)
    load_items(event, facts["programme"], verbuende)
    return set_visibility(actor=actor, event=event, visibility=Event.Visibility.PUBLIC)


def _plan(actor: User, facts: dict[str, Any]) -> Event:
    today = timezone.localdate(db_now())
    day = meeting_day(today, facts)
    fields: dict[str, Any] = {
        name: facts[name]
        for name in (
            "kind", "title", "summary", "description", "format", "venue", "address", "city", "online_url", "states",
            "accessibility",
        )
    }  # fmt: skip
    if "series" in facts:
        fields["series"] = EventSeries.objects.create(slug="netzwerktreffen-der-regionen", **facts["series"])
    if "registration_opens_days_ahead" in facts:
        opens = today + dt.timedelta(days=facts["registration_opens_days_ahead"])
        fields["registration_opens_at"] = _local(opens, "09:00")
    event = create_event(
        actor=actor,
        owner=Verbund.objects.get(short_name=facts["owner"]) if "owner" in facts else None,
        fields={
            **fields,
            "starts_on": day,
            "starts_at": _local(day, facts["starts"]),
            "ends_at": _local(day, facts["ends"]),
            "answer_by": day - dt.timedelta(days=facts["answer_by_days_before"]),
            "has_public_registration": facts["public_registration"],
            "contact_name": facts["contact"]["name"],
            "contact_email": facts["contact"]["email"],
            "contact_phone": facts["contact"]["phone"],
        },
        capacities=Capacities(on_site=facts["capacity_on_site"], online=facts["capacity_online"]),
    )
    Event.objects.filter(pk=event.pk).update(is_demo=True)
    event.refresh_from_db()
    return event


def _local(day: dt.date, clock: str) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, parse_time(clock)))


def _invite(actor: User, event: Event, verbuende: list[Verbund], answers: dict[str, Any]) -> None:
    selection = Selection(
        verbuende=tuple(verbund.pk for verbund in verbuende),
        member_roles=tuple(VerbundMember.Role.values),
        include_contacts=True,
        book_roles=tuple(answers["book_roles"]),
    )
    audience = collect(actor=actor, event=event, selection=selection)
    chosen = [person.key for person in audience.new[: answers["invited"]]]
    invite(actor=actor, event=event, audience=audience, chosen=chosen, text=answers["words"])


def _answer(event: Event, answers: dict[str, Any]) -> None:
    workshops = list(PlacePool.objects.filter(event=event, item__isnull=False).order_by("item__position"))
    tables = cycle(ItemTable.objects.filter(item__event=event).exclude(topic=""))
    pattern, wishes, foods = cycle(answers["pattern"]), cycle(answers["workshops"]), cycle(answers["food"])
    people = Registration.objects.filter(event=event).select_related("event").order_by("pk")
    for number, person in enumerate(people):
        answer = next(pattern)
        if answer == "open":
            continue
        if answer == "no":
            reply = Reply(answer=Registration.Answer.NO)
        else:
            wish = next(wishes)
            reply = Reply(
                answer=Registration.Answer.YES,
                attendance=answer,
                item_pools=(workshops[wish],) if wish is not None and answer == "on_site" else (),
                tables=(next(tables),) if answer == "on_site" else (),
                food=tuple(next(foods)),
                remark=answers["remarks"].get(str(number), ""),
                consents={"participants_list": number % 3 != 0, "photos": number % 4 == 0},
            )
        answer_invitation(registration=person, reply=reply, form_path="/e/")


def _give_back_a_workshop(event: Event) -> None:
    """Let one person do without their workshop just now, so that the place stands as an offer to the next."""
    pool = PlacePool.objects.get(event=event, mode=PlacePool.Mode.OFFER)
    person = event.registrations.filter(claims__pool=pool, claims__state="confirmed").order_by("pk")[0]
    reply = Reply(
        answer=Registration.Answer.YES,
        attendance=person.attendance,
        tables=tuple(person.table_wishes.all()),
        food=tuple(person.food),
        remark=person.remark,
    )
    answer_invitation(registration=person, reply=reply, form_path="/e/")
