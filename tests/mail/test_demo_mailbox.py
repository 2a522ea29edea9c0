import datetime as dt
import uuid

import pytest
from django.urls import reverse

from core.clock import db_now
from demo.models import DemoMail
from mailing.calendar import build_invite
from mailing.models import OutboxMessage
from mailing.services.delivery import deliver_due
from tests.mail.outbox import put

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.mail.local_urls")]


@pytest.fixture(autouse=True)
def local_mode(settings):
    settings.PORTAL_LOCAL = True
    settings.MAIL_TRANSPORT = "mailing.transport.DemoMailbox"


def invite():
    start = dt.datetime(2027, 3, 4, 9, tzinfo=dt.UTC)
    return build_invite(
        method="REQUEST", uid="r1@example.org", sequence=2, summary="Netzwerktreffen", description="", location="Essen",
        url="", starts_at=start, ends_at=start + dt.timedelta(hours=5), organizer_name="Büro",
        organizer_email="o@example.org", attendee_name="Erika", attendee_email="a@example.org", stamp=db_now(),
    ).text  # fmt: skip


def detail(client, message, name="mail-detail"):
    return client.get(reverse(f"demo:{name}", args=[message.pk]))


def test_the_list_shows_all_mails_with_their_state_newest_first(client):
    put("first")
    put("second", to_name="Lena Leitung")
    deliver_due()
    put("gone", data={"obsolete": "Das Treffen ist abgesagt."})
    deliver_due()

    response = client.get(reverse("demo:mailbox"))

    assert response.text.index("gone@") < response.text.index("second@") < response.text.index("first@")
    assert response.text.count("Zugestellt") >= 2
    assert "Das Treffen ist abgesagt." in response.text
    assert "3 Mails" in response.text


def test_the_list_is_searched_by_person_subject_and_state(client):
    put("erika", to_name="Erika Muster")
    put("otto", to_name="Otto Normal", data={"title": "Absage"})
    deliver_due()
    put("waiting", to_name="Wanda Warte", not_before=db_now() + dt.timedelta(hours=1))

    def found(**query):
        return {mail.dedup_key for mail in client.get(reverse("demo:mailbox"), query).context["object_list"]}

    assert found(suche="MUSTER erika") == {"test:erika"}
    assert found(suche="absage") == {"test:otto"}
    assert found(suche="otto@example.org") == {"test:otto"}
    assert found(stand="queued") == {"test:waiting"}
    assert "Keine Mail passt dazu" in client.get(reverse("demo:mailbox"), {"suche": "100 % _"}).text


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_asks_as_often_for_many_as_for_one(client, django_assert_max_num_queries, count):
    for number in range(count):
        put(f"person{number}")
    with django_assert_max_num_queries(2):
        client.get(reverse("demo:mailbox"))


def test_an_empty_mailbox_says_what_to_do(client):
    assert "Noch keine Mails" in client.get(reverse("demo:mailbox")).text


def test_a_mail_is_shown_with_links_that_work(client):
    message = put(ref="tests.row:42", data={"sender_name": "Verbund Ruhr"})
    deliver_due()

    response = detail(client, message)

    assert response.status_code == 200
    assert '<a href="http://localhost:8000/e/42.geheim/"' in response.text
    assert reverse("demo:mail-raw", args=[message.pk]) in response.text
    assert message.message_id.strip("<>") in response.text
    assert "Verbund Ruhr &lt;portal@example.org&gt;" in response.text
    assert "frame-src 'self'" in response.headers["Content-Security-Policy"]


def test_the_frame_shows_the_html_and_can_run_nothing(client):
    message = put(ref="tests.row:42")
    deliver_due()

    response = detail(client, message, "mail-raw")

    assert 'href="http://localhost:8000/e/42.geheim/"' in response.text
    assert '<base target="_top">' in response.text
    policy = response.headers["Content-Security-Policy"]
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_calendar_entry_is_explained_and_can_be_downloaded(client):
    message = put(data={"calendar": invite()})
    deliver_due()

    page = detail(client, message)
    assert "Donnerstag, 4. März 2027, 10:00 bis 15:00\u00a0Uhr" in page.text

    download = detail(client, message, "mail-calendar")
    assert download.headers["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert download.text.startswith("BEGIN:VCALENDAR\r\n")
    assert detail(client, put("none"), "mail-calendar").status_code == 404


def test_a_mail_that_waits_is_shown_as_it_would_leave(client):
    message = put(not_before=db_now() + dt.timedelta(days=1))

    response = detail(client, message)

    assert "Ihr Platz ist sicher" in response.text
    message.refresh_from_db()
    assert message.rendered_at is None


def test_a_deleted_body_is_said_to_be_deleted(client):
    message = put()
    OutboxMessage.objects.update(body_deleted_at=db_now(), subject="Betreff")

    assert "Der Inhalt ist gelöscht" in detail(client, message).text
    assert detail(client, message, "mail-raw").text == ""


def test_outside_the_local_mode_there_is_no_mail_to_see(client, settings):
    message = put()
    settings.PORTAL_LOCAL = False

    assert list(client.get(reverse("demo:mailbox")).context["object_list"]) == []
    for name in ("mail-detail", "mail-raw", "mail-calendar"):
        assert detail(client, message, name).status_code == 404
    assert not DemoMail.objects.editable_by(None).exists()


def test_an_unknown_mail_is_not_found(client):
    assert client.get(reverse("demo:mail-detail", args=[uuid.uuid4()])).status_code == 404
