"""The centre's outbox: what waits and why, whose it is, and the hand on one mail."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.clock import db_now
from core.models import ChangeEntry
from mailing.models import Breaker, OutboxMessage, PausedRun
from mailing.purposes import all_purposes
from mailing.services.outbox import queue
from portal.outbox import PURPOSE_LABELS
from tests.events.manage.pages import text_of
from tests.factories.events import EventFactory, RegistrationFactory, say_yes

pytestmark = pytest.mark.django_db
URL = reverse("portal:outbox")


@pytest.fixture
def staff(zoe) -> Client:
    client = Client()
    client.force_login(zoe, backend="accounts.backends.EmailBackend")
    return client


def put(number: int, *, purpose: str = "portal.feedback", scope: str = "centre", **fields) -> OutboxMessage:
    key = f"outbox-test:{scope}:{number}"
    queue(
        purpose=purpose,
        to=f"gast-{number}@example.org",
        ref=f"events.registration:{number}",
        dedup_key=key,
        scope=scope,
    )
    OutboxMessage.objects.filter(dedup_key=key).update(**fields)
    return OutboxMessage.objects.get(dedup_key=key)


def page(staff: Client, query: str = "") -> str:
    return text_of(staff.get(URL + query))


@pytest.mark.parametrize("name", ["outbox", "outbox-mail", "outbox-retry", "outbox-give-up"])
def test_only_the_centre_has_an_outbox(name, alice, client):
    client.force_login(alice, backend="accounts.backends.EmailBackend")
    arguments = [] if name == "outbox" else [put(1).pk]
    address = reverse(f"portal:{name}", args=arguments)
    answer = client.post(address) if name == "outbox-retry" else client.get(address)
    assert answer.status_code == 404


def test_mails_of_alliances_show_neither_address_nor_text(staff, verbund_a):
    event = EventFactory(owner=verbund_a, title="Runder Tisch")
    message = put(7, scope=event.scope, subject="Geheimer Betreff", text="Geheimer Text", rendered_at=db_now())
    shown = page(staff)
    assert "An g…@example.org · Runder Tisch" in shown
    detail = text_of(staff.get(reverse("portal:outbox-mail", args=[message.pk])))
    for secret in ("gast-7@", "Geheimer"):
        assert secret not in shown
        assert secret not in detail
    assert "An gast-7@example.org · Runder Tisch" in page(staff, "?adresse=GAST-7@example.org")


@pytest.mark.parametrize("purpose", ["subscription_proof", "subscription_known", "event_news"])
def test_subscribers_are_private_until_somebody_has_to_act(staff, purpose):
    message = put(7, purpose=f"events.{purpose}", state="sent")
    detail = reverse("portal:outbox-mail", args=[message.pk])
    for state in ("queued", "leased", "held", "sent", "aborted"):
        OutboxMessage.objects.update(state=state, lease_until=db_now())
        assert "An g…@example.org · Koordinierungszentrum" in page(staff)
        assert "gast-7@" not in text_of(staff.get(detail))
    assert "gast-7@" not in text_of(staff.get(reverse("portal:outbox-give-up", args=[message.pk])))
    assert "An gast-7@example.org" in page(staff, "?adresse=gast-7@example.org")
    OutboxMessage.objects.update(state="failed")
    assert "An gast-7@example.org · Koordinierungszentrum" in page(staff)
    assert "gast-7@example.org" in text_of(staff.get(detail))


def test_every_kind_of_mail_has_a_name():
    assert set(all_purposes()) == set(PURPOSE_LABELS)


def test_drafts_of_alliances_stay_unnamed(staff, verbund_a):
    event = EventFactory(owner=verbund_a, title="Geheimes Vorhaben", visibility="draft", has_public_registration=False)
    put(7, scope=event.scope)
    assert "Geheimes Vorhaben" not in page(staff)
    assert "Treffen eines Verbunds" in page(staff)


def test_the_centres_own_mails_are_shown_without_their_keys(staff):
    person = RegistrationFactory(event=EventFactory(title="Netzwerktreffen"))
    say_yes(person)
    message = OutboxMessage.objects.get()
    response = staff.get(reverse("portal:outbox-mail", args=[message.pk]))
    person.refresh_from_db()
    assert "Zusage bestätigt" in text_of(response)
    assert person.token not in response.content.decode()


def test_codes_are_never_shown(staff):
    message = put(1, purpose="accounts.sign_in_code", text="123456", subject="123456", rendered_at=db_now())
    assert "123456" not in page(staff)
    assert "Anmeldecode" in page(staff)
    assert "123456" not in text_of(staff.get(reverse("portal:outbox-mail", args=[message.pk])))


def test_every_waiting_mail_says_what_it_waits_for(staff, settings):
    message = put(1)
    assert "Ist an der Reihe" in page(staff)
    OutboxMessage.objects.update(rests_at_night=True)
    settings.MAIL_QUIET_HOURS = (0, 7)
    assert "Ruht bis 7 Uhr" in page(staff)
    OutboxMessage.objects.update(not_before=db_now() + dt.timedelta(hours=2), state_reason="Postfach voll (452)")
    assert "Postfach voll (452). Geht hinaus ab" in page(staff)
    OutboxMessage.objects.update(not_before=F("created_at"))
    Breaker.objects.create(name="smtp", reason="Connection refused", opened_at=db_now(), next_probe_at=db_now())
    assert "Der Mailserver ist nicht zu benutzen: Connection refused" in page(staff)
    PausedRun.objects.create(name="round:1", reason="Angehalten von Zoe.", at=db_now())
    assert "Ein Versand ist angehalten Angehalten von Zoe." in page(staff)
    assert message.state == "queued"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?stand=failed", {2}),
        ("?art=events.link_again", {3}),
        ("?adresse=gast-1@EXAMPLE.org", {1}),
        ("?bereich=event:5", {3}),
        ("?tag=02.01.2026", {2}),
        ("?stand=unsinn&tag=32.13.&bereich=x&vor=unsinn", {1, 2, 3}),
        ("?vor=2026-01-02T10:00:00_00000000-0000-0000-0000-000000000000", {1, 2, 3}),
    ],
)
def test_filters_and_nonsense(staff, query, expected):
    put(1)
    put(2, state="failed", created_at=dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC))
    put(3, purpose="events.link_again", scope="event:5")
    found = staff.get(URL + query).context["outbox"].lines
    assert {int(line.message.ref.rpartition(":")[2]) for line in found} == expected


def test_older_pages_miss_and_repeat_nothing(staff):
    for number in range(120):
        put(number)
    seen: list[str] = []
    query = "?"
    while query:
        outbox = staff.get(URL + query).context["outbox"]
        seen += [str(line.message.pk) for line in outbox.lines]
        # A mail that comes in between moves nothing.
        put(len(seen) + 1000)
        query = "?vor=" + outbox.older.replace("+", "%2B") if outbox.older else ""
    assert len(seen) == len(set(seen)) == 120


def test_the_outbox_asks_as_often_for_many_as_for_few(staff, verbund_a):
    counts = []
    for size in (1, 60):
        for number in range(size):
            put(number + size * 1000, scope=EventFactory(owner=verbund_a).scope if number < 20 else "centre")
        with CaptureQueriesContext(connection) as captured:
            staff.get(URL)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_mail_is_tried_again_at_once_and_the_journal_knows(staff, zoe):
    message = put(1, not_before=db_now() + dt.timedelta(hours=3), attempts=2, state_reason="Postfach voll")
    staff.post(reverse("portal:outbox-retry", args=[message.pk]))
    message.refresh_from_db()
    assert message.not_before <= db_now()
    assert ChangeEntry.objects.get().actor == zoe
    OutboxMessage.objects.update(state="failed")
    staff.post(reverse("portal:outbox-retry", args=[message.pk]))
    message.refresh_from_db()
    assert message.state == "queued"


def test_a_mail_is_given_up_with_a_reason_only(staff):
    message = put(1)
    address = reverse("portal:outbox-give-up", args=[message.pk])
    assert "Geben Sie bei „Grund“ etwas ein" in text_of(staff.post(address, {}))
    staff.post(address, {"reason": "Doppelt verschickt"})
    message.refresh_from_db()
    assert (message.state, message.state_reason) == ("aborted", "Doppelt verschickt")
    assert "wartet nicht mehr" in text_of(staff.post(address, {"reason": "Noch einmal"}))


@pytest.mark.parametrize("name", ["outbox-retry", "outbox-give-up"])
def test_a_link_alone_changes_nothing(staff, name):
    message = put(1, state="failed" if name == "outbox-retry" else "queued")
    staff.get(reverse(f"portal:{name}", args=[message.pk]))
    assert OutboxMessage.objects.get().state == message.state
