"""The mails of accounts: text and HTML say the same, secrets stand where they must and nowhere else."""

import html
import re

import pytest
from django.test import Client

from accounts.emails import (
    NOTICES,
    AccountMail,
    AddressConfirmationMail,
    NoticeMail,
    PasswordLinkMail,
    SignInCodeMail,
    WelcomeMail,
    queue_notice,
    queue_sign_in_limited,
)
from accounts.models import User
from mailing.models import OutboxMessage
from mailing.purposes import all_purposes
from mailing.rendering import render

MAILS = [SignInCodeMail, PasswordLinkMail, WelcomeMail, AddressConfirmationMail, NoticeMail]


def words(text: str) -> list[str]:
    return re.findall(r"[\wäöüß]+", text)


@pytest.mark.parametrize("mail", MAILS)
def test_every_mail_renders_alike(mail: type[AccountMail]) -> None:
    purpose = mail()
    rendered = render(purpose.sample(), purpose)
    assert rendered.subject
    assert len(rendered.subject) < 78
    body = re.sub(r"<(head|style).*?</\1>", " ", rendered.html, flags=re.DOTALL)
    body = re.sub(r'<div class="m-pre".*?</div>', " ", body, flags=re.DOTALL)
    seen = set(words(html.unescape(re.sub(r"<[^>]+>", " ", body))))
    spoken = re.sub(r"https?://\S+", "", rendered.text)
    assert [word for word in words(spoken) if word not in seen] == []
    assert "Guten Tag, Erika Beispiel," in rendered.text
    assert "Warum Sie diese Mail erhalten:" in rendered.text


def test_all_are_declared() -> None:
    declared = {type(purpose) for purpose in all_purposes().values() if isinstance(purpose, AccountMail)}
    assert declared == set(MAILS)


@pytest.mark.parametrize("mail", [PasswordLinkMail, WelcomeMail, AddressConfirmationMail])
def test_links_are_not_in_the_stored_body(mail: type[AccountMail]) -> None:
    purpose = mail()
    rendered = render(purpose.sample(), purpose)
    assert "[[link:" in rendered.text
    assert "/konto/passwort/neu/" not in rendered.text
    assert "/konto/e-mail/bestaetigen/" not in rendered.text


@pytest.mark.parametrize("mail", [SignInCodeMail, PasswordLinkMail, WelcomeMail, AddressConfirmationMail])
def test_keys_are_blanked_after_sending(mail: type[AccountMail]) -> None:
    assert mail().is_sensitive
    assert not mail().is_bulk


@pytest.mark.parametrize("kind", NOTICES)
def test_every_notice_says_what_to_do(erika: User, kind: str) -> None:
    queue_notice(to=erika.email, user=erika, kind=kind)
    purpose = NoticeMail()
    rendered = render(OutboxMessage.objects.get(), purpose)
    assert rendered.subject == NOTICES[kind][0]
    has_link = "/konto/passwort/vergessen/" in rendered.text
    assert has_link is (kind != "email_changed")


def test_one_warning_a_day(erika: User) -> None:
    for _ in range(3):
        queue_sign_in_limited("erika@example.org")
    assert OutboxMessage.objects.count() == 1


def test_a_hostile_name_stays_text(db: None) -> None:
    user = User.objects.create_user(
        "boese@example.org", name='<img src=x onerror="1"> {{ code }}\r\nBcc: x@example.org'
    )
    Client().post("/konto/anmelden/code/", {"email": user.email})
    message = OutboxMessage.objects.get()
    rendered = render(message, SignInCodeMail())
    assert "<img" not in rendered.html
    assert "{{ code }}" in rendered.text
    assert "\n" not in rendered.subject
