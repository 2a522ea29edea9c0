"""Each kind of planned mail: to whom, until when, and what makes it pointless."""

import datetime as dt

import pytest
from django.utils import timezone

from core.clock import db_now
from core.exceptions import DomainError
from events.emails import planned_mail
from events.models import Event, Invitation, InvitationRound, MailPlan, MailPlanSkip, Registration
from events.services import mail_plans
from events.services.mail_times import due_at, redate_plans, when_words
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from tests.factories.events import EventFactory, MailPlanFactory, RegistrationFactory, in_days, say_no, say_yes
from tests.mail.outbox import put

pytestmark = pytest.mark.django_db
LONG_AGO = dt.timedelta(days=9)


def local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment)


def event_around(now_is: str, **fields) -> Event:
    """An event of which now is: before, deadline (two days to go), after (ended two days ago)."""
    start = local(db_now()).replace(minute=0, second=0, microsecond=0)
    start += {"before": dt.timedelta(days=9), "deadline": dt.timedelta(days=12), "after": -dt.timedelta(days=2)}[now_is]
    answer_by = (local(db_now()) + dt.timedelta(days=2)).date()
    fields = {"answer_by": answer_by, "starts_at": start, "starts_on": start.date()} | fields
    return EventFactory(ends_at=start + dt.timedelta(hours=3), has_public_registration=False, **fields)


def due_now(event: Event, kind: str, *, hours_late: float = 1, **fields) -> MailPlan:
    """A plan of this kind that was due so many hours ago."""
    anchor = {"reminder": "start", "answer_reminder": "answer_by", "thanks": "end"}.get(kind, "fixed")
    due = local(db_now()) - dt.timedelta(hours=hours_late)
    day = {"start": event.starts_on, "answer_by": event.answer_by, "end": local(event.ends_at).date()}.get(anchor)
    when = {"offset_days": (due.date() - day).days} if day else {"offset_days": 0, "fixed_on": due.date()}
    audience = {"answer_reminder": "open"}.get(kind, "place")
    fields = {"audience": audience, "at_time": due.time().replace(microsecond=0)} | when | fields
    return MailPlanFactory(event=event, kind=kind, anchor=anchor, **fields)


def invited(event: Event, *, ago: dt.timedelta = LONG_AGO, **fields) -> Registration:
    person = RegistrationFactory(event=event, **fields)
    number = event.rounds.count() + 1
    sending = InvitationRound.objects.create(event=event, number=number, sent_at=db_now() - ago)
    Invitation.objects.create(round=sending, registration=person, reason="Kontakt der Kammer")
    return person


def with_place(event: Event, attendance: str = "on_site") -> Registration:
    """Somebody who said yes long ago, also at an event that is over by now."""
    person = invited(event)
    times = {"starts_at": event.starts_at, "ends_at": event.ends_at, "starts_on": event.starts_on}
    later = {"starts_at": in_days(60), "ends_at": in_days(60, 12), "starts_on": in_days(60).date()}
    Event.objects.filter(pk=event.pk).update(**later)
    person.event.refresh_from_db()
    say_yes(person, attendance)
    Event.objects.filter(pk=event.pk).update(**times)
    event.refresh_from_db()
    Registration.objects.filter(pk=person.pk).update(answered_at=db_now() - LONG_AGO)
    return person


def got(kind: str) -> set[str]:
    return set(OutboxMessage.objects.filter(purpose=f"events.{kind}").values_list("ref", flat=True))


def test_the_answer_reminder_goes_to_the_invited_who_have_not_answered():
    event = event_around("deadline")
    silent, gone = invited(event), invited(event)
    say_no(gone)
    with_place(event)
    RegistrationFactory(event=event, name="Nur Vorgemerkt")
    just_invited = invited(event, ago=dt.timedelta(hours=5))
    left_out = invited(event)
    plan = due_now(event, "answer_reminder")
    MailPlanSkip.objects.create(plan=plan, registration=left_out, at=db_now())
    assert mail_plans.sweep_mail_plans() == 1
    assert got("answer_reminder") == {silent.ref}
    assert just_invited.ref not in got("answer_reminder")


def test_the_answer_reminder_follows_the_deadline():
    event = event_around("deadline")
    invited(event)
    plan = due_now(event, "answer_reminder")
    mail_plans.sweep_mail_plans()
    first = OutboxMessage.objects.get(purpose="events.answer_reminder")
    event.answer_by += dt.timedelta(days=4)
    event.save()
    redate_plans(event)
    plan.refresh_from_db()
    assert (plan.state, plan.done_at, due_at(plan, event).date()) == (
        "planned", None, event.answer_by + dt.timedelta(days=plan.offset_days),
    )  # fmt: skip
    assert get_purpose(first.purpose).is_obsolete(first) == "Der Termin wurde verlegt."


def test_a_deadline_that_stays_repeats_nothing():
    event = event_around("deadline")
    invited(event)
    plan = due_now(event, "answer_reminder")
    mail_plans.sweep_mail_plans()
    event.refresh_from_db()
    redate_plans(event)
    plan.refresh_from_db()
    assert plan.state == "done"


def test_without_a_deadline_the_answer_reminder_has_no_time():
    event = EventFactory(answer_by=None)
    plan = MailPlanFactory(event=event, kind="answer_reminder", anchor="answer_by", audience="open")
    assert due_at(plan, event) is None


def test_thanks_go_afterwards_to_those_who_had_a_place():
    event = event_around("after")
    there, silent = with_place(event), invited(event)
    due_now(event, "thanks")
    assert mail_plans.sweep_mail_plans() == 1
    assert got("thanks") == {there.ref}
    assert silent.ref not in got("thanks")


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ("place", {"site", "online"}),
        ("on_site", {"site"}),
        ("online", {"online"}),
        ("waiting", {"waiting"}),
        ("open", {"open"}),
        ("no", {"no"}),
        ("invited", {"site", "online", "waiting", "open"}),
    ],
)
def test_a_notice_goes_to_its_audience(audience, expected):
    event = event_around("before", format="hybrid", on_site=1, online=9)
    people = {"site": with_place(event), "online": with_place(event, "online"), "waiting": with_place(event)}
    people |= {"open": invited(event), "no": invited(event), "noted": RegistrationFactory(event=event)}
    say_no(people["no"])
    due_now(event, "notice", audience=audience, subject="Hinweis", text="Bitte beachten.")
    mail_plans.sweep_mail_plans()
    assert got("notice") == {people[name].ref for name in expected}


@pytest.mark.parametrize(
    ("kind", "now_is", "hours_late", "state"),
    [
        ("reminder", "before", 6, "done"),
        ("reminder", "before", 25, "skipped"),
        ("answer_reminder", "deadline", 6, "done"),
        ("answer_reminder", "deadline", 25, "skipped"),
        ("thanks", "after", 6, "done"),
        ("thanks", "after", 30, "done"),
        ("notice", "before", 6, "done"),
        ("notice", "before", 25, "skipped"),
    ],
)
def test_after_an_outage_what_is_late_goes_and_what_is_too_late_is_dropped(kind, now_is, hours_late, state):
    event = event_around(now_is)
    with_place(event)
    invited(event)
    words = {"subject": "Hinweis", "text": "Bitte beachten."} if kind == "notice" else {}
    plan = due_now(event, kind, hours_late=hours_late, **words)
    mail_plans.sweep_mail_plans()
    plan.refresh_from_db()
    assert plan.state == state
    assert plan.reason == ("" if state == "done" else "Der Zeitpunkt war schon vorbei.")
    assert len(got(kind)) == (1 if state == "done" else 0)


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        ("answer_reminder", {"answer_by": -1}, "Die Frist für Antworten ist vorbei."),
        ("answer_reminder", {"registration_closes_at": -1}, "Die Anmeldung ist geschlossen."),
    ],
)
def test_a_reminder_of_what_is_no_longer_possible_is_dropped(kind, changes, reason):
    event = event_around("deadline")
    invited(event)
    moment = db_now() - dt.timedelta(days=1)
    values = {name: local(moment).date() if name == "answer_by" else moment for name in changes}
    Event.objects.filter(pk=event.pk).update(**values)
    event.refresh_from_db()
    plan = due_now(event, kind)
    assert mail_plans.sweep_mail_plans() == 0
    plan.refresh_from_db()
    assert (plan.state, plan.reason) == ("skipped", reason)


def test_what_came_too_late_is_due_again_when_the_event_moves():
    event = event_around("before")
    with_place(event)
    plan = due_now(event, "reminder", hours_late=30)
    mail_plans.sweep_mail_plans()
    event.starts_at += dt.timedelta(days=14)
    redate_plans(event)
    plan.refresh_from_db()
    assert plan.state == "planned"


def test_what_organisers_left_out_stays_left_out_when_the_event_moves(zoe):
    event = event_around("before")
    plan = due_now(event, "reminder")
    mail_plans.skip_plan(actor=zoe, plan=plan)
    event.starts_at += dt.timedelta(days=14)
    redate_plans(event)
    plan.refresh_from_db()
    assert plan.state == "skipped"


def test_a_notice_is_never_repeated(zoe):
    event = event_around("before")
    with_place(event)
    plan = MailPlanFactory(event=event, kind="notice", subject="Hinweis", text="Nur heute.")
    mail_plans.send_plan_now(actor=zoe, plan=plan)
    event.starts_at += dt.timedelta(days=14)
    redate_plans(event)
    plan.refresh_from_db()
    assert plan.state == "done"


def test_sending_now_reaches_everybody_once_and_ends_the_plan(zoe):
    event = event_around("before")
    one = with_place(event)
    plan = MailPlanFactory(event=event, days_before=1)
    assert mail_plans.send_plan_now(actor=zoe, plan=plan) == 1
    assert not OutboxMessage.objects.get(purpose="events.reminder").rests_at_night
    plan.refresh_from_db()
    assert (plan.state, plan.done_count, plan.reason) == ("done", 1, "Sofort gesendet von Zoe Zypresse.")
    with pytest.raises(DomainError, match="Gesendet"):
        mail_plans.send_plan_now(actor=zoe, plan=plan)
    MailPlan.objects.update(state="planned")
    two = with_place(event)
    assert mail_plans.send_plan_now(actor=zoe, plan=plan) == 1
    assert got("reminder") == {one.ref, two.ref}


@pytest.mark.parametrize("cancelled", [True, False])
def test_sending_now_says_why_it_will_not(zoe, cancelled):
    event = event_around("before")
    plan = MailPlanFactory(event=event)
    if cancelled:
        with_place(event)
        Event.objects.update(cancelled_at=db_now())
    with pytest.raises(DomainError, match="abgesagt" if cancelled else "zurzeit niemand"):
        mail_plans.send_plan_now(actor=zoe, plan=plan)
    assert not got("reminder")


def test_one_person_is_left_out_and_let_in_again(zoe):
    event = event_around("before")
    person = with_place(event)
    plan = MailPlanFactory(event=event)
    for _ in range(2):
        mail_plans.skip_person(actor=zoe, plan=plan, registration=person)
    assert not planned_mail("reminder").people(plan, db_now()).exists()
    mail_plans.unskip_person(actor=zoe, plan=plan, registration=person)
    assert planned_mail("reminder").people(plan, db_now()).get() == person


def test_who_is_left_out_after_queueing_gets_none():
    event = event_around("before")
    person = with_place(event)
    plan = due_now(event, "reminder")
    mail_plans.sweep_mail_plans()
    message = OutboxMessage.objects.get(purpose="events.reminder")
    assert get_purpose(message.purpose).is_obsolete(message) == ""
    MailPlanSkip.objects.create(plan=plan, registration=person, at=db_now())
    again = OutboxMessage.objects.get(pk=message.pk)
    assert get_purpose(again.purpose).is_obsolete(again) == "Für diese Person ausgelassen."


@pytest.mark.parametrize(
    ("kind", "now_is", "change", "reason"),
    [
        (
            "answer_reminder",
            "deadline",
            say_no,
            "Die Person hat schon geantwortet, oder keine Einladung hat sie erreicht.",
        ),
        ("reminder", "before", say_no, "Die Person hat keinen Platz mehr."),
    ],
)
def test_a_queued_mail_dies_when_its_audience_no_longer_fits(kind, now_is, change, reason):
    event = event_around(now_is)
    person = invited(event) if kind == "answer_reminder" else with_place(event)
    due_now(event, kind)
    mail_plans.sweep_mail_plans()
    message = OutboxMessage.objects.get(purpose=f"events.{kind}")
    person.refresh_from_db()
    change(person)
    assert get_purpose(message.purpose).is_obsolete(message) == reason


@pytest.mark.parametrize(
    ("anchor", "days", "words"),
    [
        ("start", -7, "7 Tage vor dem Beginn"),
        ("start", 0, "am Tag des Treffens"),
        ("end", 1, "am Tag nach dem Ende"),
        ("answer_by", -1, "am Tag vor der Frist für Antworten"),
        ("fixed", 0, "an einem festen Tag"),
    ],
)
def test_times_in_words(anchor, days, words):
    assert when_words(MailPlan(anchor=anchor, offset_days=days)) == words


@pytest.mark.parametrize(
    ("anchor", "offset", "due"),
    [
        # Both nights, both directions: ten o'clock stays ten o'clock.
        ("end", 1, "2026-10-26T10:00:00+01:00"),
        ("end", -1, "2026-10-24T10:00:00+02:00"),
        ("start", 0, "2026-10-25T10:00:00+01:00"),
    ],
)
def test_every_anchor_keeps_wall_time_when_the_clocks_change(anchor, offset, due):
    begin = timezone.make_aware(dt.datetime.combine(dt.date(2026, 10, 25), dt.time(1, 30)))
    event = Event(starts_at=begin, ends_at=begin + dt.timedelta(hours=3))
    assert due_at(MailPlan(anchor=anchor, offset_days=offset, at_time=dt.time(10)), event).isoformat() == due


@pytest.mark.parametrize("audience", ["open", "invited"])
def test_a_notice_to_the_invited_leaves_out_whom_no_invitation_has_reached(audience):
    event = event_around("before")
    reached, asked_twice = invited(event), invited(event)
    invited(event, ago=-dt.timedelta(days=2), name="Runde von übermorgen")
    with_invitation_mail(reached, "sent")
    with_invitation_mail(asked_twice, "failed")
    with_invitation_mail(asked_twice, "sent")
    for state in ("held", "aborted", "failed"):
        with_invitation_mail(invited(event, name=f"Nicht erreicht: {state}"), state)
    due_now(event, "notice", audience=audience, subject="Hinweis", text="Guten Tag")
    assert mail_plans.sweep_mail_plans() == 2
    assert got("notice") == {reached.ref, asked_twice.ref}


def test_a_notice_planned_for_after_a_round_counts_its_people():
    event = event_around("before")
    soon, later = (invited(event, ago=-dt.timedelta(days=days)) for days in (2, 6))
    for person, days in ((soon, 2), (later, 6)):
        with_invitation_mail(person, "queued", not_before=db_now() + dt.timedelta(days=days))
    plan = due_now(event, "notice", audience="open", subject="Hinweis", text="Guten Tag")
    mail = planned_mail(plan.kind)
    assert list(mail.people(plan, db_now() + dt.timedelta(days=4))) == [soon]
    assert list(mail.people(plan, db_now())) == []


def with_invitation_mail(person: Registration, state: str, **fields) -> None:
    """The mail of the person's last round, in this state."""
    run = InvitationRound.objects.filter(event=person.event).latest("pk").run
    key = f"{person.pk}:{state}"
    mail = put(key, to=person.email, purpose="events.invitation", ref=person.ref, scope=person.event.scope, run=run)
    OutboxMessage.objects.filter(pk=mail.pk).update(state=state, **fields)
