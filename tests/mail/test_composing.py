"""The bytes on the wire: headers, parts, nothing injected."""

import datetime as dt
import email
import email.policy
import re
import uuid

import pytest

from mailing import composing
from mailing.calendar import build_invite
from mailing.composing import compose
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import Rendered, all_links, render

NOW = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
WALL_OF_TEXT = "Ein Satz mit Umlauten: Ärger über Größe. " * 30


def mail_of(purpose="tests.notice", **values):
    values = {"recipient": "erika@example.org", "recipient_name": "Erika Müller", "ref": "tests.row:42"} | values
    kind = get_purpose(purpose)
    message = OutboxMessage(purpose=purpose, message_id="<4711@example.org>", **values)
    message.rendered_at = NOW
    raw = compose(message, kind, render(message, kind), all_links(message, kind))
    return raw, email.message_from_bytes(raw, policy=email.policy.default)


def invite(method="REQUEST", **changes):
    values = {
        "method": method, "uid": "registration-1@example.org", "sequence": 0, "summary": "Treffen", "location": "Essen",
        "description": "", "url": "", "organizer_name": "Büro", "organizer_email": "o@example.org",
        "attendee_name": "Erika", "attendee_email": "erika@example.org", "stamp": NOW,
        "starts_at": dt.datetime(2027, 3, 4, 9, tzinfo=dt.UTC), "ends_at": dt.datetime(2027, 3, 4, 14, tzinfo=dt.UTC),
    }  # fmt: skip
    return build_invite(**values | changes)


def test_headers_of_a_single_mail():
    raw, mail = mail_of(data={"sender_name": "Verbund Ruhr", "reply_to": "buero@example.org"})

    assert mail["From"] == "Verbund Ruhr <portal@example.org>"
    assert mail["To"] == "Erika Müller <erika@example.org>"
    assert mail["Reply-To"] == "buero@example.org"
    assert mail["Date"] == "Sat, 21 Nov 2026 10:30:00 +0100"
    assert mail["Message-ID"] == "<4711@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Unsubscribe"] is None
    assert all(byte < 128 for byte in raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_bulk_carries_one_click_unsubscribe_and_list_id():
    raw, mail = mail_of("tests.newsletter")

    url = mail["List-Unsubscribe"].strip("<>")
    assert url.startswith("http://localhost:8000/a/")
    # In plain letters on one line: mail programs do not decode this header.
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "<tests-newsletter.example.org>"
    for kind in ("plain", "html"):
        assert url in mail.get_body((kind,)).get_content()


def test_text_comes_before_html_both_in_utf8():
    raw, mail = mail_of(data={"words": WALL_OF_TEXT})

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert [part["Content-Transfer-Encoding"] for part in mail.iter_parts()] == ["quoted-printable"] * 2
    text = mail.get_body(("plain",)).get_content()
    assert "Ärger über Größe" in text
    assert max(map(len, text.splitlines())) <= 78
    assert "-- " in text.splitlines()
    assert raw.count(b"\r\n") == raw.count(b"\n")


def test_a_calendar_entry_is_an_alternative_and_an_attachment():
    entry = invite()
    _, mail = mail_of(data={"calendar": entry.text})

    alternative, attachment = mail.iter_parts()
    assert mail.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    inline = list(alternative.iter_parts())[2]
    for part in (inline, attachment):
        assert part.get_content_type() == "text/calendar"
        assert part.get_param("method") == "REQUEST"
        assert part.get_param("charset") == "utf-8"
        assert part.get_payload(decode=True).decode() == entry.text
    assert inline.get_content_disposition() is None
    assert attachment.get_filename() == "termin.ics"


def test_a_cancellation_says_so():
    _, mail = mail_of(data={"calendar": invite("CANCEL", sequence=1).text})

    attachment = list(mail.iter_attachments())[-1]
    assert attachment.get_param("method") == "CANCEL"
    assert attachment.get_filename() == "absage.ics"


def test_composing_twice_gives_the_same_bytes():
    values = {"data": {"calendar": invite().text}, "pk": uuid.UUID("0b6e7a34-0000-4000-8000-000000000001")}

    assert mail_of(**values)[0] == mail_of(**values)[0]


@pytest.mark.parametrize("field", ["sender_name", "title", "words"])
def test_nothing_typed_begins_a_header(field):
    """RELIABILITY F55."""
    raw, mail = mail_of(data={field: "Hallo\r\nBcc: boese@example.org\r\n\r\nText"})

    assert mail["Bcc"] is None
    assert b"\nBcc:" not in raw.split(b"\r\n\r\n")[0]
    assert mail["From"].addresses[0].addr_spec == "portal@example.org"
    assert len(mail.get_all("To")) == 1


def test_a_name_with_line_breaks_is_flattened():
    _, mail = mail_of(recipient_name='Erika "Rike"\r\nBcc: boese@example.org')

    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].display_name == 'Erika "Rike" Bcc: boese@example.org'
    assert [address.addr_spec for address in mail["To"].addresses] == ["erika@example.org"]


def test_typed_markup_and_placeholders_stay_text():
    """RELIABILITY F53."""
    words = "<img src=x onerror=alert(1)> {{ 7|add:7 }} </title><script> [[link:nobody]]"
    _, mail = mail_of(data={"words": words, "title": words})

    html = mail.get_body(("html",)).get_content()
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; {{ 7|add:7 }}" in html
    assert words in " ".join(mail.get_body(("plain",)).get_content().split())


@pytest.mark.parametrize(
    "address", ["erika@example.org", "erika.muster+treffen@sub-1.example.org", "o'hara@example.org"]
)
@pytest.mark.parametrize(
    "name",
    [
        "Erika",
        "Erika Muster-Mann 2",
        "Dr. Erika",
        "Erika Müller",
        "A, B",
        "-Erika",
        "Erika-",
        "=?x",
        "E" * 60,
        "",
        "E  M",
    ],
)
def test_a_plain_address_is_written_as_the_email_package_writes_it(name, address, monkeypatch):
    written = composing._address.__wrapped__("To", name, address)
    monkeypatch.setattr(composing, "_PLAIN_NAME", re.compile("never"))

    assert written == composing._address.__wrapped__("To", name, address)


def test_a_long_name_and_odd_letters_survive():
    """RELIABILITY F64."""
    name = "Șțefan-Łukasz O’Brien 🙂 " + "x" * 300
    _, mail = mail_of(recipient_name=name)

    assert mail["To"].addresses[0].display_name.startswith("Șțefan-Łukasz O’Brien 🙂 xxx")
    assert mail["To"].addresses[0].addr_spec == "erika@example.org"


def test_an_umlaut_domain_leaves_as_idna():
    _, mail = mail_of(recipient="info@städtetag.example")

    assert mail["To"].addresses[0].addr_spec == "info@xn--stdtetag-1za.example"


@pytest.mark.parametrize("text", ["Ein Wort nach dem anderen " * 9, "Zeile\rnoch eine\n.\nund\r\nSchluss", "", "\n"])
def test_every_line_ends_as_the_mail_server_expects(text):
    """SECURITY: servers differ in what a bare CR or LF ends; one might read a second mail out of it."""
    kind = get_purpose("tests.notice")
    message = OutboxMessage(
        purpose=kind.name, message_id="<1@example.org>", recipient="e@example.org", ref="tests.row:1"
    )
    message.rendered_at = NOW
    raw = compose(message, kind, Rendered("Betreff", text, text, invite(), "m"), {})
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert b"\r\n.\r\n" not in raw
    assert raw.endswith(b"\r\n")
