"""What the mails say: true, complete, the same in text and HTML, and the way in for those who may have it only."""

import datetime as dt
import re
from html import unescape

import pytest
from django.utils.html import strip_tags

from core.clock import db_now
from events.models import Event, Registration
from events.services.announcing import announce
from events.services.deputies import DeputyPerson, name_deputy, take_back_deputy
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import Rendered, all_links, render
from tests.factories.events import (
    EventFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db
SECRET = "https://meet.example.org/nur-fuer-angemeldete"


def rendered(message: OutboxMessage) -> Rendered:
    purpose = get_purpose(message.purpose)
    return render(message, purpose).with_links(all_links(message, purpose))


def latest(person: Registration) -> Rendered:
    return rendered(OutboxMessage.objects.filter(ref=person.ref).latest("created_at"))


def unsent(purpose: str, person: Registration, **data: object) -> Rendered:
    return rendered(
        OutboxMessage(
            purpose=purpose, ref=person.ref, data=data, recipient=person.email, recipient_name=person.name,
            scope=person.event.scope,
        )
    )  # fmt: skip


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def event() -> Event:
    return EventFactory(
        title="Bedarfe bündeln", format="hybrid", on_site=1, online=5, online_url=SECRET, answer_by=in_days(20).date()
    )


@pytest.fixture
def person(event: Event) -> Registration:
    return RegistrationFactory(event=event, name="Dr. Jana Beispiel", salutation="frau")


def start_of(event: Event) -> str:
    return f"{event.starts_at.astimezone(dt.UTC):%Y%m%dT%H%MZ}"


def every_mail(person: Registration) -> dict[str, Rendered]:
    """One of each kind, each variant of the registration mail included."""
    event = person.event
    mails = {
        "invitation": unsent("events.invitation", person, text="Kommen Sie gern.", reason="Kontakt der Kammer"),
        "link_again_open": unsent("events.link_again", person),
    }
    say_yes(person, "online")
    mails["link_again"] = unsent("events.link_again", person)
    mails["confirmed"] = latest(person)
    mails["reminder"] = unsent("events.reminder", person, start=start_of(event))
    mails["answer_reminder"] = unsent("events.answer_reminder", person, start="")
    mails["thanks"] = unsent("events.thanks", person, start="")
    words = {"subject": "{titel}: Bitte Laptop mitbringen", "text": "Wir treffen uns {termin}.\nIhre Seite: {link}"}
    mails["notice"] = unsent("events.notice", person, start="", **words)
    waiting = fill_up(event, 3)[-1]
    mails["waiting"] = latest(waiting)
    say_no(waiting)
    mails["cancelled"] = latest(waiting)
    mails |= deputy_mails(RegistrationFactory(event=event, name="Otto Namensgeber"))
    unproven = RegistrationFactory(event=event, unproven_until=in_days(1, 9))
    mails["address_proof"] = unsent("events.address_proof", unproven)
    event.cancelled_at, event.cancel_reason = db_now(), "Der Saal steht unter Wasser."
    event.save()
    announce(event, {person.pk})
    mails["event_cancelled"] = latest(person)
    return mails


def deputy_mails(namer: Registration) -> dict[str, Rendered]:
    """Named and declined, named and taken back, named and accepted."""
    mails = {}
    say_yes(namer, "online")
    for what, end in (
        ("outcome", say_no),
        ("ended", lambda _deputy: take_back_deputy(inviter=namer)),
        ("", lambda deputy: say_yes(deputy, "online")),
    ):
        deputy = name_deputy(
            inviter=namer, person=DeputyPerson(f"Vera {what}", f"vera{what}@example.org"), words="Bitte übernimm."
        ).deputy
        assert deputy
        mails["deputy_request"] = latest(deputy)
        OutboxMessage.objects.filter(ref=deputy.ref).update(state="sent")
        end(deputy)
        if what:
            mails[f"deputy_{what}"] = rendered(OutboxMessage.objects.get(purpose=f"events.deputy_{what}"))
    mails["represented"] = latest(namer)
    say_no(deputy)
    mails["deputy_gone"] = rendered(OutboxMessage.objects.get(purpose="events.deputy_gone"))
    return mails


def in_words(day: dt.datetime) -> str:
    months = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
              "Dezember")  # fmt: skip
    return f"{day.day}. {months[day.month - 1]} {day.year}"


def test_subjects_say_what_it_is(person: Registration) -> None:
    subjects = {name: mail.subject for name, mail in every_mail(person).items()}
    when, deadline = in_words(in_days(30)), in_words(in_days(20))
    assert subjects == {
        "invitation": f"Einladung: Bedarfe bündeln, {when}",
        "link_again_open": "Ihre Antwort fehlt noch: Bedarfe bündeln",
        "link_again": "Sie stehen schon auf der Gästeliste: Bedarfe bündeln",
        "confirmed": f"Zusage bestätigt: Bedarfe bündeln, {when}",
        "reminder": f"Erinnerung: Bedarfe bündeln, {when}",
        "answer_reminder": f"Bitte antworten bis {deadline}: Bedarfe bündeln",
        "thanks": "Danke: Bedarfe bündeln",
        "notice": "Bedarfe bündeln: Bitte Laptop mitbringen",
        "waiting": "Warteliste Platz 2: Bedarfe bündeln",
        "cancelled": "Absage notiert: Bedarfe bündeln",
        "deputy_request": f"Otto Namensgeber bittet Sie um Vertretung: Bedarfe bündeln, {when}",
        "deputy_outcome": f"Ihre Vertretung kommt nicht: Bedarfe bündeln, {when}",
        "deputy_gone": f"Ihre Vertretung kommt doch nicht: Bedarfe bündeln, {when}",
        "deputy_ended": f"Keine Vertretung mehr nötig: Bedarfe bündeln, {when}",
        "represented": f"Ihre Vertretung kommt: Bedarfe bündeln, {when}",
        "address_proof": "Bitte bestätigen: Anmeldung zu Bedarfe bündeln",
        "event_cancelled": f"Abgesagt: Bedarfe bündeln, {when}",
    }


def test_whoever_registers_instead_of_answering_learns_that_no_place_is_kept_yet(person: Registration) -> None:
    text = " ".join(unsent("events.link_again", person).text.split())
    assert "haben noch nicht geantwortet. Erst mit Ihrer Antwort über diesen Link ist ein Platz für Sie frei" in text
    say_no(person)
    text = " ".join(unsent("events.link_again", person).text.split())
    assert "Für Sie ist eine Absage notiert." in text


def test_text_and_html_say_the_same_in_short_lines(person: Registration) -> None:
    for name, mail in every_mail(person).items():
        assert all(len(line) <= 78 or "http" in line for line in mail.text.splitlines()), name
        html = words(unescape(strip_tags(mail.html)))
        body = mail.text.split("\n\n", 1)[1].split("\n-- \n")[0]
        for line in body.splitlines():
            # Text writes a link below its label, HTML into it.
            for part in re.split(r"\s{2,}|https?://\S+|^- ", line.strip()):
                assert part.strip().rstrip(":") in html, (name, part)
        links = set(re.findall(r"https?://\S+", body))
        assert all(link in unescape(mail.html) for link in links), name


def test_the_invitation_names_reason_words_and_deadline(person: Registration) -> None:
    ProgrammeItemFactory(event=person.event, title="Podium", position=1, starts_at=in_days(30, 11))
    ProgrammeItemFactory(event=person.event, title="", kind="plenary", position=2)
    mail = unsent("events.invitation", person, text="Bitte kommen Sie.\n\nWir freuen uns.", reason="Kontakt der Kammer")
    text = words(mail.text)
    assert "Guten Tag, Frau Dr. Beispiel," in text
    assert "Bitte kommen Sie. Wir freuen uns." in text
    assert "11:00 Podium" in text
    assert "- Plenum" in text
    assert "Antwort: bis " in text
    assert "Kontakt der Kammer." in text
    assert "Keine Einladungen zu Veranstaltungen mehr erhalten" in text
    assert f"/e/{person.token}/" in text
    assert SECRET not in mail.text + mail.html
    assert mail.calendar is None


def test_the_way_in_is_for_confirmed_online_places_only(event: Event) -> None:
    online, on_site, waiting = RegistrationFactory.create_batch(3, event=event)
    say_yes(online, "online")
    say_yes(on_site)
    say_yes(waiting)
    assert SECRET in latest(online).text
    assert SECRET in latest(online).html
    for person in (on_site, waiting):
        assert SECRET not in latest(person).text + latest(person).html
    assert SECRET in unsent("events.reminder", online, start=start_of(event)).text
    assert SECRET not in unsent("events.reminder", on_site, start=start_of(event)).text
    say_no(online)
    assert SECRET not in latest(online).text + latest(online).html


def test_the_place_line_is_the_persons_own(event: Event) -> None:
    online, on_site = RegistrationFactory.create_batch(2, event=event)
    say_yes(online, "online")
    say_yes(on_site)
    assert "Wo:    online\n" in latest(online).text
    assert "Wo:    Haus der Technik, Hollestraße 1, Essen\n" in latest(on_site).text


def test_a_place_comes_with_a_calendar_entry_and_losing_it_takes_it_back(person: Registration) -> None:
    say_yes(person)
    entry = latest(person).calendar
    assert entry.method == "REQUEST"
    say_no(person)
    gone = latest(person).calendar
    assert gone.method == "CANCEL"
    sequences = [int(re.search(r"SEQUENCE:(\d+)", part.text)[1]) for part in (entry, gone)]
    assert sequences[1] == sequences[0] + 1
    uids = {re.search(r"UID:(\S+)", part.text)[1] for part in (entry, gone)}
    assert uids == {person.calendar_uid}


def test_who_only_waits_gets_no_calendar_entry_and_no_promise(event: Event) -> None:
    waiting = fill_up(event, 2)[-1]
    mail = latest(waiting)
    assert mail.calendar is None
    assert "Einen Platz haben Sie noch nicht." in words(mail.text)
    say_no(waiting)
    assert latest(waiting).calendar is None


def test_chosen_items_are_named_with_room_or_rank(event: Event) -> None:
    pool = ProgrammeItemFactory(event=event, kind="workshop", title="Werkstatt", room="Raum 3", places=1).pool
    first, second = RegistrationFactory.create_batch(2, event=event)
    say_yes(first, "online", item_pools=(pool,))
    say_yes(second, "online", item_pools=(pool,))
    assert "- Werkstatt: Raum 3" in latest(first).text
    assert "- Werkstatt: Platz 1 der Warteliste" in latest(second).text


def test_a_called_off_meeting_gives_its_reason_and_nothing_to_click(person: Registration) -> None:
    mail = every_mail(person)["event_cancelled"]
    assert "wir müssen „Bedarfe bündeln“ absagen. Der Saal steht unter Wasser." in words(mail.text)
    assert "/e/" not in mail.text
    assert mail.calendar.method == "CANCEL"


def test_typed_signs_stay_text(person: Registration) -> None:
    nasty = '"><script>alert(1)</script>{{7*7}}'
    Event.objects.filter(pk=person.event_id).update(title=nasty, summary=nasty, venue=nasty, accessibility=nasty)
    person.name = nasty
    person.save()
    person.refresh_from_db()
    ProgrammeItemFactory(event=person.event, title=nasty)
    for name, mail in every_mail(Registration.objects.get(pk=person.pk)).items():
        assert "<script>alert" not in mail.html, name
        assert "{{7*7}}" in mail.text, name
        assert "\n" not in mail.subject
        assert "&lt;script" not in mail.text
