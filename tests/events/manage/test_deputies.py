"""What organisers see of deputies, and what they can do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import DeputyRequest, ManagedEvent, Registration
from events.services.audience import Selection, collect
from events.services.deputies import DeputyPerson, name_deputy
from mailing.models import OutboxMessage
from tests.events.manage.pages import query_count, text_of
from tests.factories.events import RegistrationFactory, say_no, say_yes

pytestmark = pytest.mark.django_db
VERA = DeputyPerson("Vera Vertretung", "vera@example.org")


@pytest.fixture
def person(event) -> Registration:
    return RegistrationFactory(event=event, name="Dr. Jana Beispiel")


@pytest.fixture
def deputy(person) -> Registration:
    return name_deputy(inviter=person, person=VERA).deputy


def figures(event, user) -> dict[str, int]:
    row = ManagedEvent.objects.for_pages(user).get(pk=event.pk)
    return {name: getattr(row, f"{name}_count") for name in ("people", "yes", "no", "open", "deputy")}


def test_the_list_says_who_comes_for_whom(sign_in, alice, url, deputy, person):
    page = text_of(sign_in(alice).get(url("registration-list")))
    assert "Vertretung angefragt: Vera Vertretung" in page
    assert "Vertretung für Dr. Jana Beispiel" in page
    say_yes(deputy)
    page = text_of(sign_in(alice).get(url("registration-list") + "?stand=deputy"))
    assert "Vertretung geschickt" in page
    assert "Vertretung: Vera Vertretung" in page


def test_the_two_persons_pages_lead_to_each_other(sign_in, alice, url, deputy, person):
    client = sign_in(alice)
    page = client.get(url("registration-detail", person.pk)).content.decode()
    assert f'<a href="{url("registration-detail", deputy.pk)}"><bdi>Vera Vertretung</bdi></a>' in page
    page = text_of(client.get(url("registration-detail", deputy.pk)))
    assert "Vertretung für Dr. Jana Beispiel angefragt am" in page
    say_no(deputy)
    page = text_of(client.get(url("registration-detail", person.pk)))
    assert "abgesagt am" in page
    assert "Name und Adresse sind gelöscht." in page
    assert "Vera Vertretung" not in page


def test_nobody_is_counted_twice(event, alice, person):
    assert figures(event, alice) == {"people": 1, "yes": 0, "no": 0, "open": 1, "deputy": 0}
    deputy = name_deputy(inviter=person, person=VERA).deputy
    assert figures(event, alice) == {"people": 2, "yes": 0, "no": 0, "open": 1, "deputy": 0}
    say_yes(person)
    assert figures(event, alice) == {"people": 2, "yes": 1, "no": 0, "open": 0, "deputy": 0}
    say_yes(deputy)
    assert figures(event, alice) == {"people": 2, "yes": 1, "no": 0, "open": 0, "deputy": 1}


def test_removing_a_deputy_tells_both(sign_in, alice, url, deputy, person):
    OutboxMessage.objects.filter(ref=deputy.ref).update(state="sent")
    client = sign_in(alice)
    page = text_of(client.get(url("registration-drop", deputy.pk)))
    assert "wer sie genannt hat, erfährt es auch" in page
    assert client.post(url("registration-drop", deputy.pk)).status_code == 302
    assert not Registration.objects.filter(pk=deputy.pk).exists()
    assert DeputyRequest.objects.get().state == "removed"
    purposes = set(OutboxMessage.objects.filter(state="queued").values_list("purpose", flat=True))
    assert purposes == {"events.deputy_ended", "events.deputy_outcome"}


def test_removing_a_noted_guest_takes_the_deputy_along(sign_in, alice, url, deputy, person):
    sign_in(alice).post(url("registration-drop", person.pk))
    assert not Registration.objects.exists()


def test_a_corrected_address_is_asked_anew(sign_in, alice, url, deputy):
    data = {"name": deputy.name, "email": "v.vertretung@example.org", "role": deputy.role, "version": deputy.version}
    old = deputy.token
    assert sign_in(alice).post(url("registration-update", deputy.pk), data).status_code == 302
    first, second = OutboxMessage.objects.filter(ref=deputy.ref).order_by("created_at")
    assert (first.state, second.recipient) == ("aborted", "v.vertretung@example.org")
    deputy.refresh_from_db()
    assert deputy.token != old


def test_somebody_asked_as_a_deputy_is_not_invited_beside(alice, event, deputy, verbund_a):
    Registration.objects.filter(pk=deputy.pk).update(source="invitation")
    audience = collect(actor=alice, event=event, selection=Selection(include_noted=True))
    assert [candidate.answer_words for candidate in audience.answered] == ["als Vertretung angefragt"]
    assert deputy.name not in [candidate.name for candidate in audience.new]


def test_many_deputies_cost_no_more_queries(sign_in, alice, url, event):
    client, counts = sign_in(alice), []
    for number in (1, 6):
        for _ in range(number):
            namer = RegistrationFactory(event=event)
            name_deputy(inviter=namer, person=DeputyPerson(f"Vera {namer.pk}", f"vera-{namer.pk}@example.org"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("registration-list"))
        counts.append(query_count(queries))
    assert counts[0] == counts[1] <= 6


def test_the_table_to_take_away_names_both(sign_in, alice, url, deputy, person):
    say_yes(deputy)
    table = sign_in(alice).get(url("registration-export", "csv")).content.decode("utf-8-sig")
    head, *rows = [line.split(";") for line in table.splitlines()]
    named = {row[head.index("Name")]: row[head.index("Vertretung für")] for row in rows}
    assert named == {"Dr. Jana Beispiel": "", "Vera Vertretung": "Dr. Jana Beispiel"}
    assert {row[head.index("Name")]: row[head.index("Vertreten durch")] for row in rows}[
        "Dr. Jana Beispiel"
    ] == VERA.name
