"""allauth's pages at German addresses. The names are allauth's: it and everybody else reverses them."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts import views
from accounts.limits import limited

urlpatterns = [
    path("", views.Overview.as_view(), name="account_overview"),
    path("anmelden/", limited(allauth.login), name="account_login"),
    path("anmelden/code/", limited(allauth.request_login_code), name="account_request_login_code"),
    path("anmelden/code/eingeben/", limited(views.ConfirmCode.as_view()), name="account_confirm_login_code"),
    path("abmelden/", allauth.logout, name="account_logout"),
    path("abgemeldet/", views.SignedOut.as_view(), name="account_signed_out"),
    path("gesperrt/", allauth.account_inactive, name="account_inactive"),
    path("registrieren/", allauth.signup, name="account_signup"),
    path("bestaetigen/", limited(allauth.reauthenticate), name="account_reauthenticate"),
    path("e-mail/", limited(views.ChangeAddress.as_view()), name="account_email"),
    path("e-mail/bestaetigen/", allauth.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^e-mail/bestaetigen/(?P<key>[-:\w]+)/$", allauth.confirm_email, name="account_confirm_email"),
    path("passwort/", limited(allauth.password_change), name="account_change_password"),
    path("passwort/setzen/", limited(allauth.password_set), name="account_set_password"),
    path("passwort/vergessen/", limited(allauth.password_reset), name="account_reset_password"),
    path("passwort/vergessen/gesendet/", allauth.password_reset_done, name="account_reset_password_done"),
    path("passwort/neu/fertig/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^passwort/neu/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        limited(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
]
