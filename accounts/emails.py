"""The mails of accounts: one function that queues each, one class that says what is in it and if it is still true.

SECURITY: asking with an unknown address queues the very same row, about account number 0, which delivery then aborts
with a reason. So both cases do the same work, strangers get no mail, and the centre sees why nothing came.
"""

import datetime as dt
import hashlib
import uuid
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.urls import reverse
from django.utils.http import int_to_base36

from accounts.lookup import ref_of, user_of
from accounts.models import User
from accounts.tokens import RESET_LIFETIME, WELCOME_LIFETIME, PasswordLinkGenerator
from core.clock import db_now
from core.dates import format_moment
from mailing.models import OutboxMessage
from mailing.purposes import Purpose
from mailing.services.outbox import queue

CODE_LIFETIME = dt.timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
CONFIRMATION_LIFETIME = dt.timedelta(days=settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS)
NOTICE_LIFETIME = dt.timedelta(days=2)
NO_ACCOUNT = "Zu dieser Adresse gibt es kein aktives Konto."

# What happened → subject, sentence. Each notice ends with what to do if it was somebody else.
NOTICES = {
    "password_changed": ("Ihr Passwort wurde geändert", "Das Passwort Ihres Kontos wurde geändert."),
    "password_set": ("Ihr Passwort ist gesetzt", "Für Ihr Konto wurde ein Passwort gesetzt."),
    "password_reset": (
        "Ihr Passwort ist neu gesetzt",
        "Das Passwort Ihres Kontos wurde über einen Link per Mail neu gesetzt.",
    ),
    "email_changed": (
        "Ihre Anmeldeadresse wurde geändert",
        "Ihr Konto hat eine neue E-Mail-Adresse. Mit dieser hier können Sie sich nicht mehr anmelden.",
    ),
    "sign_in_limited": (
        "Viele Anmeldeversuche mit Ihrer Adresse",
        "Jemand hat mehrmals versucht, sich mit Ihrer Adresse anzumelden. Wir haben weitere Versuche gebremst.",
    ),
}


def queue_sign_in_code(*, to: str, user: User | None, code: str) -> None:
    """Queue the code somebody asked for, or its twin about nobody."""
    _queue(SignInCodeMail, to=to, user=user, data={"code": code}, lifetime=CODE_LIFETIME)


def queue_password_link(*, to: str, user: User | None) -> None:
    """Queue the link to set a new password, or its twin about nobody."""
    _queue(PasswordLinkMail, to=to, user=user, data={}, lifetime=RESET_LIFETIME)


def queue_address_confirmation(address: EmailAddress) -> None:
    """Queue the mail to a new address that its owner confirms the change with."""
    data = {"address": address.pk}
    _queue(AddressConfirmationMail, to=address.email, user=address.user, data=data, lifetime=CONFIRMATION_LIFETIME)


def queue_notice(*, to: str, user: User, kind: str) -> None:
    """Tell somebody what happened to their account."""
    _queue(NoticeMail, to=to, user=user, data=_what_happened(kind), lifetime=NOTICE_LIFETIME)


def queue_sign_in_limited(key: str) -> None:
    """Tell the owner that somebody is guessing the password: once a day. `key` is a core.search.email_key()."""
    user = User.objects.filter(email_key=key).first()
    digest = hashlib.sha256(key.encode()).hexdigest()
    dedup_key = f"accounts.guessing:{digest}:{db_now():%Y-%m-%d}"
    data = _what_happened("sign_in_limited")
    _queue(NoticeMail, to=key, user=user, data=data, lifetime=NOTICE_LIFETIME, dedup_key=dedup_key)


def queue_welcome(user: User) -> None:
    """Queue the link somebody with a new account sets the first password with."""
    _queue(WelcomeMail, to=user.email, user=user, data={}, lifetime=WELCOME_LIFETIME)


def _queue(
    mail: type["AccountMail"],
    *,
    to: str,
    user: User | None,
    data: dict[str, Any],
    lifetime: dt.timedelta,
    dedup_key: str = "",
) -> None:
    queue(
        purpose=mail.name,
        to=to,
        to_name=user.name if user is not None else "",
        ref=ref_of(user),
        # Every request is a mail of its own; accounts.limits bounds how many.
        dedup_key=dedup_key or f"{mail.name}:{uuid.uuid4()}",
        data=data,
        expires_at=db_now() + lifetime,
    )


def _what_happened(kind: str) -> dict[str, str]:
    return {"kind": kind, "at": format_moment(db_now())}


def _absolute(name: str, **kwargs: str) -> str:
    # SECURITY: never from the request, whose Host header is the visitor's to choose.
    return settings.PORTAL_BASE_URL + reverse(name, kwargs=kwargs)


def password_url(user: User) -> str:
    """Return a fresh link to set the password with."""
    key = PasswordLinkGenerator().make_token(user)
    return _absolute("account_reset_password_from_key", uidb36=int_to_base36(user.pk), key=key)


class AccountMail(Purpose):
    """What all mails about an account share: they are about a living account and come from the portal itself."""

    is_sensitive = True

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Say so where there is no account to write about."""
        return "" if user_of(message.ref) else NO_ACCOUNT

    def sample(self) -> OutboxMessage:
        """Return a mail that renders without rows."""
        return OutboxMessage(
            purpose=self.name,
            recipient="erika@example.org",
            recipient_name="Erika Beispiel",
            ref=ref_of(None),
            scope="centre",
            data=self.sample_data(),
        )

    def sample_data(self) -> dict[str, Any]:
        """Return what the sample's data holds."""
        return {}


class SignInCodeMail(AccountMail):
    """The code to sign in without a password."""

    name = "accounts.sign_in_code"
    template = "emails/accounts/sign_in_code"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Return the code and how long it is good for."""
        return {"code": message.data["code"], "minutes": int(CODE_LIFETIME.total_seconds() // 60)}

    def why(self, message: OutboxMessage) -> str:
        """Say who asked."""
        return "Jemand hat auf der Anmeldeseite des Portals mit Ihrer Adresse einen Code angefordert."

    def sample_data(self) -> dict[str, Any]:
        """Return a code."""
        return {"code": "BCDF-GHJK"}


class PasswordLinkMail(AccountMail):
    """The link to set a new password. It is made when the mail leaves and stored nowhere."""

    name = "accounts.password_link"
    template = "emails/accounts/password_link"

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """Return a fresh link."""
        user = user_of(message.ref)
        return {"password": password_url(user) if user else settings.PORTAL_BASE_URL}

    def why(self, message: OutboxMessage) -> str:
        """Say who asked."""
        return "Jemand hat im Portal für Ihre Adresse ein neues Passwort angefordert."


class WelcomeMail(PasswordLinkMail):
    """The first mail to somebody who got an account."""

    name = "accounts.welcome"
    template = "emails/accounts/welcome"

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Drop it also where the person is already in."""
        user = user_of(message.ref)
        if user is not None and user.last_login is not None:
            return "Die Person hat sich schon angemeldet."
        return super().is_obsolete(message)

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Return how long the link is good for, and the address to sign in with."""
        return {"days": WELCOME_LIFETIME.days, "address": message.recipient}

    def why(self, message: OutboxMessage) -> str:
        """Say why there is an account."""
        return "Für Sie wurde ein Konto im Portal der Weiterbildungsverbünde angelegt."


class AddressConfirmationMail(AccountMail):
    """To a new address: its owner confirms that the account may move here."""

    name = "accounts.address_confirmation"
    template = "emails/accounts/address_confirmation"

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Drop it where another address was asked for since."""
        if self._address(message) is None:
            return "Diese Änderung der Adresse ist überholt oder schon bestätigt."
        return super().is_obsolete(message)

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """Return the link to the page with the button."""
        address = self._address(message)
        if address is None:
            return {"confirm": settings.PORTAL_BASE_URL}
        return {"confirm": _absolute("account_confirm_email", key=EmailConfirmationHMAC(address).key)}

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Return the new address and how long the link is good for."""
        return {"address": message.recipient, "hours": int(CONFIRMATION_LIFETIME.total_seconds() // 3600)}

    def why(self, message: OutboxMessage) -> str:
        """Say who asked."""
        return "Jemand möchte sich im Portal künftig mit dieser Adresse anmelden."

    def sample_data(self) -> dict[str, Any]:
        """Return an address nobody has."""
        return {"address": 0}

    def _address(self, message: OutboxMessage) -> EmailAddress | None:
        waiting = EmailAddress.objects.filter(pk=message.data["address"], verified=False)
        return waiting.select_related("user").first()


class NoticeMail(AccountMail):
    """Something happened to the account; the owner should know."""

    name = "accounts.notice"
    template = "emails/accounts/notice"
    is_sensitive = False

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Return what happened and when."""
        title, text = NOTICES[message.data["kind"]]
        return {
            "title": title,
            "text": text,
            "at": message.data["at"],
            "is_address_gone": message.data["kind"] == "email_changed",
            "reset_url": _absolute("account_reset_password"),
        }

    def reply_to(self, message: OutboxMessage) -> str:
        """Return the operator: whoever did not do this needs a person."""
        return settings.FEEDBACK_TO

    def why(self, message: OutboxMessage) -> str:
        """Say that this is for safety."""
        return "Zu Ihrer Sicherheit schreiben wir Ihnen, wenn sich an Ihrer Anmeldung etwas ändert."

    def sample_data(self) -> dict[str, Any]:
        """Return the most frequent notice."""
        return {"kind": "password_changed", "at": "21. November 2026, 14:00 Uhr"}
