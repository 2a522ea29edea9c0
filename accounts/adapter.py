"""What the portal does differently from allauth: closed sign-up, mails through the outbox, limits of our own."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.devices import remember_device
from accounts.emails import NOTICES, queue_address_confirmation, queue_notice, queue_sign_in_code
from accounts.limits import take_mail, take_sign_in
from accounts.lookup import find_active_user
from accounts.models import User
from accounts.sessions import limit_session
from core.journal import journal

CODE_TEMPLATES = ("login_code", "unknown_account")


class AccountAdapter(DefaultAccountAdapter):
    """The hooks allauth calls."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "E-Mail-Adresse und Passwort passen nicht zusammen. "
        "Prüfen Sie beides, oder lassen Sie sich einen Code per Mail schicken.",
        "enter_current_password": "Das bisherige Passwort stimmt nicht. Geben Sie es noch einmal ein",
        "incorrect_code": "Dieser Code stimmt nicht. Geben Sie den Code aus der neuesten Mail ein",
        "incorrect_password": "Das Passwort stimmt nicht. Geben Sie es noch einmal ein",
        "too_many_login_attempts": "Das waren zu viele Versuche. Fordern Sie einen neuen Code an.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the centre and by alliances only."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Answer pages only: one way to test is enough."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before looking at the password. Raises RateLimited."""
        take_sign_in(request, credentials["email"])

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Check the password of somebody who is signed in, under the same limits."""
        found = self.authenticate(self.request, email=user.get_username(), password=password)
        return found is not None and found.pk == user.pk

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Note the sign-in, end it after a fixed time and remember the browser."""
        response = super().post_login(request, user, **kwargs)
        limit_session(request)
        remember_device(response, user.email_key)
        journal(scope="centre", obj=user, action="angemeldet", actor=user)
        return response

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Lead to where the address in force is shown."""
        return reverse("account_overview" if self.request.user.is_authenticated else "account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a sign-in code; for an unknown address its twin, with a code that opens nothing."""
        name = template_prefix.rpartition("/")[2]
        if name not in CODE_TEMPLATES:
            raise NotImplementedError(f"No mail for {template_prefix}")
        take_mail(self.request, email)
        code = context.get("code") or self.generate_login_code()
        queue_sign_in_code(to=email, user=find_active_user(email), code=code)

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC, signup: bool
    ) -> None:
        """Queue the proof of a new address."""
        address = emailconfirmation.email_address
        take_mail(request, address.email)
        queue_address_confirmation(address)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Queue a notice of what happened, to the old address if that is what changed."""
        kind = template_prefix.rpartition("/")[2]
        if kind in NOTICES:
            queue_notice(to=email or user.email, user=user, kind=kind)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Move the account to its proven address, unless somebody else has an account there since."""
        try:
            with transaction.atomic():
                confirmed = super().confirm_email(request, email_address)
        except IntegrityError:
            messages.error(
                request, "Zu dieser Adresse gibt es schon ein anderes Konto. Ihre bisherige Adresse gilt weiter."
            )
            return False
        if confirmed:
            journal(scope="centre", obj=email_address.user, action="Adresse geändert", actor=email_address.user)
        return confirmed
