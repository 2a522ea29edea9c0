import re
from html import unescape
from html.parser import HTMLParser

import pytest

from mailing.checks import check_purposes
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import all_links, render
from mailing.services.preview import render_preview
from mailing.wrapping import align_facts, wrap_text


def rendered(purpose="tests.notice", **data):
    kind = get_purpose(purpose)
    message = OutboxMessage(
        purpose=purpose, recipient="erika@example.org", recipient_name="Erika Müller", ref="tests.row:42", data=data
    )
    return render(message, kind).with_links(all_links(message, kind))


def words_of(text):
    return re.findall(r"[\w@.-]{3,}", re.sub(r"https?://\S+", " ", text))


class VisibleText(HTMLParser):
    """What a reader sees, and where links lead."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self._depth = [], set(), 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._depth += tag in {"style", "title"}
        if tag == "a":
            self.links.add(dict(attrs)["href"])

    def handle_endtag(self, tag):
        self._depth -= tag in {"style", "title"}

    def handle_data(self, data):
        if not self._depth:
            self.words += words_of(data)


@pytest.mark.parametrize("purpose", ["tests.notice", "tests.newsletter"])
def test_text_and_html_say_the_same(purpose):
    mail = rendered(purpose, reply_to="buero@example.org", sender_name="Verbund Ruhr")
    html = VisibleText(mail.html)
    text = words_of(mail.text)

    only_in_html = {"Anmeldung", "Falls", "der", "Knopf", "nicht", "geht"}
    assert set(html.words) - set(text) <= only_in_html
    assert {link for link in html.links if link.startswith("http")} <= set(re.findall(r"https?://\S+", mail.text))


def test_html_is_styled_at_its_elements_with_dark_mode_kept():
    html = rendered().html

    assert '<html lang="de"' in html
    assert "<title>Ihr Platz ist sicher</title>" in html
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html
    assert re.search(r'<h1 style="[^"]*font-size: 28px', html)
    assert re.search(r'<a href="http://localhost:8000/e/42\.geheim/" style="[^"]*color: #ffffff', html)
    assert all('role="presentation"' in table for table in re.findall(r"<table[^>]*>", html))
    assert len(html.encode()) < 20_000
    assert "{#" not in html


def test_the_button_has_its_link_in_full_beside_it():
    mail = rendered()

    assert mail.html.count('href="http://localhost:8000/e/42.geheim/"') == 2
    assert "Antwort ansehen\nhttp://localhost:8000/e/42.geheim/\n" in mail.text


def test_only_bulk_offers_to_unsubscribe():
    assert "/a/" not in rendered("tests.notice").html
    assert "Keine Einladungen mehr erhalten:\nhttp://localhost:8000/a/" in rendered("tests.newsletter").text


def test_a_preview_is_the_mail_without_the_persons_keys():
    mail = render_preview("tests.newsletter", "tests.row:42", {"words": "Kommen Sie?"}, "a@example.org", "Erika")

    assert mail.subject == "Ihr Platz ist sicher"
    assert "Guten Tag, Erika," in mail.text
    assert "Kommen Sie?" in mail.html
    assert "geheim" not in mail.text + mail.html
    assert "[[link" not in mail.text + mail.html


def claimed_together(*mails, purpose="tests.newsletter"):
    """Return the contents of mails of one handful, each (name, data), and how many sheets they took."""
    sheets, contents = [], []
    for name, data in mails:
        message = OutboxMessage(purpose=purpose, recipient="e@example.org", recipient_name=name, ref="r:1", data=data)
        message.sheets = sheets
        contents.append(render(message, get_purpose(purpose)))
    return contents, len(sheets)


def test_mails_that_differ_in_salutation_and_links_are_rendered_once():
    (erika, otto, nobody), sheets = claimed_together(("Erika Müller", {}), ("Otto", {}), ("", {}))

    assert sheets == 1
    assert "\nGuten Tag, Erika Müller,\n" in erika.text
    assert "\nGuten Tag, Otto,\n" in otto.text
    assert ">Guten Tag, Otto,</p>" in otto.html
    assert "\nGuten Tag,\n" in nobody.text
    assert f"[[link:answer:{otto.mark}]]" in otto.text
    assert erika.mark not in otto.text + otto.html


def test_mails_that_differ_in_anything_else_are_not():
    """The counter-test: a sheet taken for the wrong mail would say Otto what is Erika's."""
    mails = [
        ("Erika", {"words": "Zimmer 1"}),
        ("Otto", {"words": "Zimmer 2"}),
        ("Ida", {"sender_name": "Verbund Ruhr"}),
    ]
    contents, sheets = claimed_together(*mails)

    assert sheets == 3
    assert ["Zimmer 1" in content.html for content in contents] == [True, False, False]
    assert ["Verbund Ruhr" in content.text for content in contents] == [False, False, True]


def test_a_salutation_is_text_whatever_it_is_made_of():
    name = '</p><script>alert("O’Brien & Töchter")</script> [[link:answer:000000000000]] ' + "lang " * 30
    (_, mail), _ = claimed_together(("Otto", {}), (name, {}))

    assert "<script" not in mail.html
    assert '&lt;/p&gt;&lt;script&gt;alert("O’Brien &amp; Töchter")' in mail.html
    assert "[[link:answer:000000000000]]" in mail.with_links({"answer": "x", "unsubscribe": "y"}).text
    assert max(map(len, mail.text.splitlines())) <= 78


def test_a_subject_is_one_line():
    assert rendered(title="Eins\r\n  Zwei").subject == "Eins Zwei"


def test_text_is_wrapped_with_hanging_indents_and_whole_links():
    link = "http://localhost:8000/" + "x" * 100
    long_fact = f"Wann:     Donnerstag, 4. März 2027, {'und noch etwas ' * 5}"
    text = wrap_text(f"Wort {'wort ' * 20}\n\n\n\n\n{long_fact}\n{link}\n10:00\u00a0Uhr\n-- \n")

    lines = text.splitlines()
    assert lines[0].startswith("Wort wort")
    assert all(len(line) <= 78 for line in lines if not line.startswith("http"))
    assert link in lines
    assert lines[lines.index(next(line for line in lines if line.startswith("Wann:"))) + 1].startswith(
        " " * 10 + "etwas"
    )
    assert "\n\n\n" not in text
    assert "10:00 Uhr" in lines
    assert lines[-1] == "-- "


def test_facts_stand_below_each_other():
    assert align_facts([("Wann", "heute"), ("Antwort", "bis morgen\nabends")]) == (
        "Wann:     heute\nAntwort:  bis morgen\n          abends"
    )


def test_the_check_finds_what_is_missing_or_doubled(settings):
    assert check_purposes() == []

    settings.MAIL_PURPOSES = ["tests.mail.purposes.NoticeMail", "tests.mail.purposes.NoticeMail", "tests.mail.Unheard"]
    assert {error.id for error in check_purposes()} == {"mailing.E001", "mailing.E003"}

    settings.MAIL_PURPOSES = ["mailing.purposes.Purpose"]
    assert {error.id for error in check_purposes()} == {"mailing.E002", "mailing.E004"}


@pytest.mark.parametrize("typed", ["[[link:answer]]", "[[link:x]]", "[[link:answer:0123456789ab]]"])
def test_a_placeholder_somebody_typed_is_sent_as_typed(typed):
    mail = rendered(words=f"Siehe {typed}, bitte.")
    assert f"Siehe {typed}, bitte." in mail.text
    assert f"Siehe {typed}, bitte." in unescape(mail.html)
    assert "geheim/" in mail.text
