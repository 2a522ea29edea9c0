"""Changes people rely on: one notice each, nothing silent, nothing untrue (RELIABILITY F38)."""

import datetime as dt

import pytest

from core.exceptions import DomainError
from events.models import Event, EventChange, MailPlan
from events.services import mail_plans
from events.services.changes import NeedsNotice, Notice, people_told
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render
from mailing.services.delivery import deliver_due
from tests.events.services.changed import SILENT, change, later, notices, words_of
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, in_days, say_no, say_yes

pytestmark = pytest.mark.django_db


def test_time_and_place_are_not_changed_behind_anybodys_back(event, crowd, zoe):
    for changes in (later(event), {"venue": "Anderswo"}, {"format": "hybrid"}):
        with pytest.raises(NeedsNotice):
            change(event, zoe, **changes)
    assert Event.objects.get().venue == "Haus der Technik"
    assert not EventChange.objects.exists()
    assert change(event, zoe, title="Nur der Titel") is None


def test_each_person_who_knows_the_old_facts_gets_one_notice(event, crowd, zoe):
    told = change(
        event, zoe, notice=Notice(words="Der Saal ist erst später frei.", asks_again=True), places=1, **later(event)
    )
    assert set(people_told(event)) == {crowd["yes"], crowd["waiting"], crowd["invited"]}
    expected = sorted(crowd[name].ref for name in ("yes", "waiting", "invited"))
    assert sorted(notices().values_list("ref", flat=True)) == expected
    assert (told.is_mailed, told.told_count, told.asks_again) == (True, 3, True)
    assert not OutboxMessage.objects.filter(purpose="events.registration", state="queued").exists()
    text = words_of(notices().get(ref=crowd["yes"].ref))
    assert "Beginn: 10:00 → 11:00 Uhr" in text
    assert "Ende: 16:00 → 17:00 Uhr" in text
    assert "Der Saal ist erst später frei." in text
    assert "Bitte sagen Sie uns, ob Sie weiterhin kommen." in text
    assert "Platz 1 der Warteliste" in words_of(notices().get(ref=crowd["waiting"].ref))
    assert "Sie haben noch nicht geantwortet" in words_of(notices().get(ref=crowd["invited"].ref))


def test_the_calendar_entry_keeps_its_uid_and_counts_up(event, crowd, zoe):
    person = crowd["yes"]
    first = OutboxMessage.objects.get(purpose="events.registration", ref=person.ref)
    old = get_purpose("events.registration").calendar(first).text
    change(event, zoe, notice=Notice(), places=1, **later(event))
    new = get_purpose("events.change").calendar(notices().get(ref=person.ref)).text
    uid, sequence = f"UID:{person.calendar_uid}", "SEQUENCE:"
    assert uid in old
    assert uid in new
    numbers = [int(text.split(sequence)[1].split()[0]) for text in (old, new)]
    assert numbers == [1, 2]
    assert "METHOD:REQUEST" in new
    assert f"DTSTART;TZID=Europe/Berlin:{in_days(30, 11):%Y%m%dT%H%M%S}" in new
    assert get_purpose("events.change").calendar(notices().get(ref=crowd["waiting"].ref)) is None


def test_queued_invitations_go_out_with_the_new_facts(event, crowd, zoe, settings):
    waiting = OutboxMessage.objects.filter(purpose="events.invitation", ref=crowd["late"].ref)
    # Tried once already: its content stands there for the next attempt.
    waiting.update(rendered_at=in_days(0), subject="alt", text="alt", html="alt")
    change(event, zoe, notice=Notice(), places=1, **later(event, hours=24), starts_on=in_days(31).date())
    mail = waiting.get()
    assert (mail.state, mail.text, mail.rendered_at) == ("queued", "", None)
    assert mail.expires_at == Event.objects.get().starts_at
    day = in_days(31)
    assert f"{day.day}. " in render(mail, get_purpose(mail.purpose)).text


def test_old_reminders_die_and_plans_follow(event, crowd, zoe):
    plan = MailPlan.objects.create(event=event, kind="reminder", offset_days=-30, at_time=dt.time(0, 0))
    # Not just before: whoever said yes today needs no reminder.
    event.registrations.update(answered_at=event.created_at - dt.timedelta(days=3))
    assert mail_plans.sweep_mail_plans() == 1
    change(event, zoe, notice=Notice(), places=1, **later(event, hours=48), starts_on=in_days(32).date())
    reminder = OutboxMessage.objects.get(purpose="events.reminder")
    assert (reminder.state, reminder.state_reason) == ("aborted", "Das Treffen wurde verlegt.")
    plan.refresh_from_db()
    assert (plan.state, plan.done_count) == ("planned", None)


def test_moved_there_and_back_the_first_reminder_is_due_again(event, crowd, zoe):
    MailPlan.objects.create(event=event, kind="reminder", offset_days=-30, at_time=dt.time(0, 0))
    event.registrations.update(answered_at=event.created_at - dt.timedelta(days=3))
    first = {"starts_at": event.starts_at, "ends_at": event.ends_at, "starts_on": event.starts_on}
    assert mail_plans.sweep_mail_plans() == 1
    change(event, zoe, notice=Notice(), places=1, **later(event, hours=48), starts_on=in_days(32).date())
    change(event, zoe, notice=Notice(), places=1, **first)
    assert mail_plans.sweep_mail_plans() == 1
    states = (
        OutboxMessage.objects.filter(purpose="events.reminder").order_by("created_at").values_list("state", flat=True)
    )
    assert list(states) == ["aborted", "queued"]


def test_two_changes_before_the_first_notice_left_are_one_mail(event, crowd, zoe):
    change(event, zoe, notice=Notice(words="Erst später."), places=1, **later(event))
    first = notices(state="queued")
    # One of them had its notice already.
    gone = crowd["invited"]
    first.filter(ref=gone.ref).update(state="sent")
    change(event, zoe, notice=Notice(words="Und anderswo."), places=1, venue="Stadthalle")
    assert notices(state="aborted").count() == 2
    assert set(notices(state="aborted").values_list("state_reason", flat=True)) == {
        "Eine neuere Mitteilung sagt auch, was hier stand."
    }
    both = words_of(notices(state="queued").get(ref=crowd["yes"].ref))
    assert "Beginn: 10:00 → 11:00 Uhr" in both
    assert "Ort: Haus der Technik, Hollestraße 1, Essen → Stadthalle" in both
    assert "Erst später." in both
    assert "Und anderswo." in both
    only = words_of(notices(state="queued").get(ref=gone.ref))
    assert "Beginn" not in only
    assert "Stadthalle" in only


def test_a_third_change_takes_both_along(event, crowd, zoe):
    change(event, zoe, notice=Notice(), places=1, **later(event))
    change(event, zoe, notice=Notice(), places=1, venue="Stadthalle")
    change(event, zoe, notice=Notice(), places=1, city="Bochum", address="")
    mail = notices(state="queued").get(ref=crowd["yes"].ref)
    text = words_of(mail)
    assert "Beginn: 10:00 → 11:00 Uhr" in text
    assert "Haus der Technik, Hollestraße 1, Essen → Stadthalle, Bochum" in text


def test_a_correction_without_mail_is_what_the_waiting_notice_says(event, crowd, zoe):
    change(event, zoe, notice=Notice(), places=1, venue="Stadthale")
    change(event, zoe, notice=SILENT, places=1, venue="Stadthalle")
    text = words_of(notices(state="queued").get(ref=crowd["yes"].ref))
    assert "Stadthalle," in text
    assert "Stadthale," not in text


def test_without_mail_needs_a_reason_and_shows(event, crowd, zoe):
    silent = change(event, zoe, notice=SILENT, places=1, venue="Haus der Technik e. V.")
    assert (silent.is_mailed, silent.silence_reason, silent.told_count) == (False, "Tippfehler", 0)
    assert not notices().exists()


def test_whoever_moves_up_by_the_same_change_gets_one_mail(event, crowd, zoe):
    change(event, zoe, notice=Notice(), places=5, **later(event))
    assert standing_of(crowd["waiting"]).has_place
    queued = OutboxMessage.objects.filter(ref=crowd["waiting"].ref, state="queued")
    assert [mail.purpose for mail in queued] == ["events.change"]
    assert "Sie haben einen Platz" in words_of(queued.get())


def test_a_confirmation_that_still_waits_gives_way_to_the_notice(event, zoe):
    person = RegistrationFactory(event=event)
    say_yes(person)
    change(event, zoe, notice=Notice(), places=1, **later(event))
    confirmation = OutboxMessage.objects.get(purpose="events.registration")
    assert get_purpose("events.registration").is_obsolete(confirmation)
    assert get_purpose("events.change").is_obsolete(notices().get()) == ""


def test_whoever_cancels_meanwhile_gets_no_notice(event, crowd, zoe):
    change(event, zoe, notice=Notice(), places=1, **later(event))
    say_no(crowd["yes"])
    mail = notices().get(ref=crowd["yes"].ref)
    assert get_purpose("events.change").is_obsolete(mail) == "Die Person hat abgesagt."


def test_an_announced_event_is_not_moved_into_the_past(event, crowd, zoe):
    with pytest.raises(DomainError, match="Vergangenheit"):
        change(
            event, zoe, notice=Notice(), starts_at=in_days(-1), starts_on=in_days(-1).date(), ends_at=in_days(-1, 11)
        )
    assert not notices().exists()


def test_drafts_past_and_unknown_events_change_without_ado(zoe):
    draft = EventFactory(visibility="draft", has_public_registration=False)
    assert change(draft, zoe, **later(draft)) is None
    past = EventFactory(days=-30)
    assert change(past, zoe, venue="Stadthalle") is None
    public = EventFactory()
    untold = change(public, zoe, **later(public))
    assert (untold.is_mailed, untold.silence_reason) == (False, "Noch war niemand eingeladen oder angemeldet.")


def test_the_notices_leave_and_say_the_same_in_both_parts(event, crowd, zoe, settings):
    settings.MAIL_TRANSPORT = "mailing.transport.DemoMailbox"
    change(event, zoe, notice=Notice(asks_again=True), places=1, **later(event))
    deliver_due()
    assert set(notices().values_list("state", flat=True)) == {"sent"}
    mail = notices().get(ref=crowd["yes"].ref)
    assert mail.subject.startswith("Geändert, bitte bestätigen: ")
    for part in (mail.text, mail.html):
        assert "Weiterhin kommen oder absagen" in part


def test_a_thousand_notices_are_a_handful_of_statements(event, zoe, django_assert_max_num_queries):
    people = fill_up(event, 3)
    with django_assert_max_num_queries(60) as few:
        change(event, zoe, notice=Notice(asks_again=True), places=1, **later(event))
    RegistrationFactory.create_batch(40, event=event, answer="yes")
    with django_assert_max_num_queries(60) as many:
        change(event, zoe, notice=Notice(asks_again=True), places=1, venue="Stadthalle")
    assert notices(state="queued").count() == 43
    assert len(many.captured_queries) <= len(few.captured_queries) + 2
    assert people
