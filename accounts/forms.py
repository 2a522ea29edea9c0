"""allauth's forms in the portal's words, drawn like every other form. Addresses are compared by their key."""

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.http import HttpRequest, HttpResponse

from accounts.emails import queue_password_link
from accounts.limits import take_mail
from accounts.lookup import find_active_user
from accounts.models import User
from accounts.sessions import limit_session
from core.forms import PortalForm
from core.search import email_key

NEW_HINT = "Mindestens 12 Zeichen. Vier zufällige Wörter sind leicht zu merken und schwer zu erraten."
ASK = "Geben Sie Ihr Passwort ein"
ASK_NEW = "Geben Sie ein neues Passwort ein"
ASK_REPEAT = "Geben Sie das neue Passwort noch einmal ein"


def _word(field: forms.Field, label: str, *, required: str = "", hint: str = "", **attrs: str) -> None:
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)
    if required:
        field.error_messages["required"] = required


def _word_new_password(form: forms.Form) -> None:
    _word(form.fields["password1"], "Neues Passwort", required=ASK_NEW, hint=NEW_HINT)
    _word(form.fields["password2"], "Neues Passwort wiederholen", required=ASK_REPEAT)


class SignInForm(PortalForm, allauth.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["login"], "E-Mail-Adresse", autocomplete="username")
        _word(self.fields["password"], "Passwort", required=ASK)

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in, for a fixed time: allauth has just set a time that every click would prolong."""
        response = super().login(request, redirect_url)
        limit_session(request)
        return response


class RequestCodeForm(PortalForm, allauth.RequestLoginCodeForm):
    """The address a sign-in code goes to."""

    _user: User | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["email"], "E-Mail-Adresse", autocomplete="username")

    def clean_email(self) -> str:
        """Find the account; whether there is one shows nowhere."""
        self._user = find_active_user(self.cleaned_data["email"])
        return email_key(self.cleaned_data["email"])


class ConfirmCodeForm(PortalForm, allauth.ConfirmLoginCodeForm):
    """The code from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = "Acht Buchstaben aus der Mail. Groß- und Kleinschreibung und der Strich sind gleichgültig."
        _word(
            self.fields["code"], "Code", required="Geben Sie den Code aus der Mail ein", hint=hint, autocapitalize="off"
        )
        self.fields["code"].widget.attrs |= {"spellcheck": "false", "class": "in--s"}


class ResetPasswordForm(PortalForm, allauth.ResetPasswordForm):
    """The address a link to set a new password goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["email"], "E-Mail-Adresse", autocomplete="username")

    def clean_email(self) -> str:
        """Compare addresses by their key."""
        return email_key(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **_kwargs: Any) -> str:
        """Queue the mail, for an unknown address its twin that never leaves."""
        address: str = self.cleaned_data["email"]
        take_mail(request, address)
        queue_password_link(to=address, user=find_active_user(address))
        return address


class NewPasswordForm(PortalForm, allauth.ResetPasswordKeyForm):
    """A new password, reached by a mailed link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_new_password(self)


class SetPasswordForm(PortalForm, allauth.SetPasswordForm):
    """The first password of somebody who signed in by code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_new_password(self)


class ChangePasswordForm(PortalForm, allauth.ChangePasswordForm):
    """The old password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["oldpassword"], "Bisheriges Passwort", required="Geben Sie Ihr bisheriges Passwort ein")
        _word_new_password(self)


class ReauthenticateForm(PortalForm, allauth.ReauthenticateForm):
    """The password once more, before something that could take the account away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["password"], "Passwort", required=ASK)


class ChangeAddressForm(PortalForm, allauth.AddEmailForm):
    """The address somebody wants to sign in with from now on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["email"], "Neue E-Mail-Adresse")

    def clean_email(self) -> str:
        """Refuse the present address; one that belongs to somebody else is asked for proof like any other."""
        address = email_key(self.cleaned_data["email"])
        if address == self.user.email_key:
            raise forms.ValidationError("Das ist schon Ihre Adresse. Geben Sie eine andere ein")
        return address
