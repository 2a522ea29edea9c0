"""Every page of the accounts app: it renders, in our own templates, in German, with nothing inline."""

import re
from html.parser import HTMLParser

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts import urls
from accounts.models import User
from demo.sign_in import DEMO_ROLES
from tests.factories.accounts import PASSWORD, SuperuserFactory, UserFactory, sign_in_data

VISITOR = {
    "account_login": "Anmelden",
    "account_request_login_code": "Code per Mail schicken",
    "account_reset_password": "Passwort vergessen",
    "account_reset_password_done": "Sehen Sie in Ihr Postfach",
    "account_reset_password_from_key_done": "Das neue Passwort gilt",
    "account_signup": "Konten gibt es auf Einladung",
    "account_inactive": "Dieses Konto ist nicht aktiv",
    "account_signed_out": "Sie sind abgemeldet",
    "account_email_verification_sent": "Sehen Sie in Ihr Postfach",
}
SIGNED_IN = {
    "account_overview": "Ihr Konto",
    "account_logout": "Abmelden",
    "account_reauthenticate": "Passwort noch einmal eingeben",
    "account_email": "E-Mail-Adresse ändern",
    "account_change_password": "Passwort ändern",
}
# Need a state of their own; the tests of their flows open them.
ELSEWHERE = {
    "account_confirm_login_code",
    "account_reset_password_from_key",
    "account_confirm_email",
    "account_set_password",
}
ENGLISH = re.compile(r"\b(Password|Email|E-mail address|Sign In|Submit|Remember|Forgot|Please|your)\b")


class Words(HTMLParser):
    """The words people see and the attributes a strict CSP refuses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag in ("style", "script") else []
        self.words += [value or "" for name, value in attrs if name in ("placeholder", "aria-label", "title")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def check(page: str, heading: str) -> None:
    assert re.search(rf"<h1[^>]*>{heading}</h1>", page), page
    seen = Words(page)
    assert seen.inline == []
    assert not ENGLISH.search(" ".join(seen.words))
    assert "<title>" in page
    assert len(re.findall("<h1", page)) == 1


def test_every_page_is_named_here() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == VISITOR.keys() | SIGNED_IN.keys() | ELSEWHERE


@pytest.mark.parametrize(("name", "heading"), VISITOR.items())
def test_pages_for_visitors(client: Client, db: None, name: str, heading: str) -> None:
    check(client.get(reverse(name)).content.decode(), heading)


@pytest.mark.parametrize(("name", "heading"), SIGNED_IN.items())
def test_pages_behind_sign_in(client: Client, erika: User, name: str, heading: str) -> None:
    if name != "account_logout":
        assert client.get(reverse(name))["Location"].startswith("/konto/anmelden/?next=")
    client.force_login(erika)
    check(client.get(reverse(name)).content.decode(), heading)


def test_pages_with_a_state(client: Client, erika: User) -> None:
    client.post("/konto/anmelden/code/", {"email": erika.email})
    check(client.get("/konto/anmelden/code/eingeben/").content.decode(), "Code eingeben")
    check(client.get("/konto/passwort/neu/1-x/").content.decode(), "Dieser Link gilt nicht mehr")
    check(client.get("/konto/e-mail/bestaetigen/x/").content.decode(), "Dieser Link gilt nicht mehr")
    address = EmailAddress.objects.create(user=erika, email="neu@example.org")
    key = EmailConfirmationHMAC(address).key
    check(client.get(f"/konto/e-mail/bestaetigen/{key}/").content.decode(), "Neue Adresse bestätigen")
    client.force_login(get_user_model().objects.create_user("ohne@example.org"))
    check(client.get("/konto/passwort/setzen/").content.decode(), "Passwort setzen")


def test_signing_up_is_closed(client: Client, db: None) -> None:
    data = {"email": "neu@example.org", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/konto/registrieren/", data).content.decode()
    assert "Konten gibt es auf Einladung" in page
    assert not User.objects.exists()


def test_names_that_are_not_ours_do_not_exist() -> None:
    for name in ("account_verify_phone", "account_change_phone", "account_confirm_password_reset_code"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_signed_in_people_are_led_on(client: Client, erika: User) -> None:
    client.force_login(erika)
    assert client.get("/konto/anmelden/")["Location"] == reverse("portal:desk")
    assert client.get("/konto/anmelden/?next=/konto/")["Location"] == "/konto/"


def test_no_json_door(client: Client, db: None) -> None:
    answer = client.post("/konto/anmelden/", {"login": "x"}, headers={"Accept": "application/json"})
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/konto/anmelden/", "/konto/abmelden/", "/konto/passwort/vergessen/"])
def test_forms_need_their_token(erika: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(erika)
    answer = client.post(path, sign_in_data(erika, email=erika.email))
    assert answer.status_code == 403


# --- The Django admin ---------------------------------------------------------------------------------------------


def test_the_admin_holds_reference_data_only() -> None:
    """Name a model here only if it is public reference data: never tenants', mails, accounts or consents."""
    registered = {model._meta.label for model in admin.site._registry}
    assert registered <= {"verbuende.Organisation", "verbuende.Region", "verbuende.Sector"}


def test_the_admin_is_behind_our_sign_in(client: Client, erika: User) -> None:
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/")["Location"].startswith("/konto/anmelden/?next=")
    client.force_login(UserFactory(is_centre_staff=True))
    assert client.get("/admin/login/?next=/admin/").status_code == 403
    assert client.get("/admin/", follow=True).status_code == 403
    client.force_login(SuperuserFactory())
    assert client.get("/admin/").status_code == 200


# --- Signing in by one button, on one's own machine ------------------------------------------------------------------


def test_no_demo_sign_in_without_the_local_mode(client: Client, db: None) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("demo:sign-in")
    assert client.post("/demo/anmelden/", {"role": "zentrum"}).status_code == 404
    assert not any("demo" in str(pattern.pattern) for pattern in get_resolver().url_patterns)


@pytest.mark.urls("tests.accounts.local_urls")
def test_the_view_itself_asks_for_the_local_mode(client: Client, db: None) -> None:
    UserFactory(email=DEMO_ROLES[0].email)
    assert client.post("/demo/anmelden/", {"role": "zentrum"}).status_code == 404


@pytest.mark.urls("tests.accounts.local_urls")
@pytest.mark.parametrize("role", DEMO_ROLES, ids=lambda role: role.key)
def test_one_button_per_role(client: Client, db: None, settings, role) -> None:
    settings.PORTAL_LOCAL = True
    for other in DEMO_ROLES:
        UserFactory(email=other.email)
    page = client.get("/konto/anmelden/?next=/konto/").content.decode()
    assert role.label in page
    check(page, "Anmelden")
    assert client.get("/demo/anmelden/").status_code == 405
    answer = client.post("/demo/anmelden/", {"role": role.key, "next": "/konto/"})
    assert answer["Location"] == "/konto/"
    assert role.email in client.get("/konto/").content.decode()


@pytest.mark.urls("tests.accounts.local_urls")
def test_changing_roles_and_missing_ones(client: Client, db: None, settings) -> None:
    settings.PORTAL_LOCAL = True
    UserFactory(email=DEMO_ROLES[0].email)
    client.post("/demo/anmelden/", {"role": DEMO_ROLES[0].key})
    first = client.session.session_key
    UserFactory(email=DEMO_ROLES[1].email)
    client.post("/demo/anmelden/", {"role": DEMO_ROLES[1].key})
    assert client.session.session_key != first
    client.post("/konto/abmelden/")
    answer = client.post("/demo/anmelden/", {"role": DEMO_ROLES[2].key}, follow=True)
    assert "Die Demo-Daten sind nicht geladen." in answer.content.decode()
    assert client.post("/demo/anmelden/", {"role": "chef"}).status_code == 404
