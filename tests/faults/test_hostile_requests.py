"""What no browser sends: NUL, broken UTF-8, nonsense in filters. No page ends in an error (RELIABILITY F41–F44)."""

from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve, reverse

from core import kept
from core.filters import PortalFilterSet
from events.models import Event, Registration
from tests.access.matrix import MATRIX
from tests.access.world import World, build_world
from tests.faults.live import under_way
from tests.faults.walking import Address, addresses, buttons, clients

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

# As they stand in an address: NUL, a lone surrogate, invalid UTF-8, half an escape.
BROKEN = ["a%00b", "%ED%A0%80", "%FF%C0%80", "%zz%"]
# Values no filter knows.
WRONG = ["abc", "-1", "0", "1" + "0" * 30, "2026-02-30", "%27%22%3E", "[]", "None", "%2B", "1e9", "Ⅷ", "²"]
SIGNS = ["%", "_", "\\", "'", '"', "&", "|", "!", "(", "*", ":*", "a & b", "%%", "\\%", "a_b", "--", ";", "$1", "<->"]
# What views read beside their form.
CHOICES = ["aktion", "schritt", "stand", "visibility", "person", "vorschau", "seite", "wahl-1"]
FINE = {200, 302, 400, 404, 405, 429}
# More is no filter but an attack.
MOST_PARAMETERS = 1500
# Their GET leads to the page with the button, which is walked; what needs a mailed code is the accounts' own test.
SHOWN_ELSEWHERE = {
    "account_confirm_login_code", "account_set_password", "events:interest-end", "events:invite-preview",
    "events:registration-discard",
}  # fmt: skip
TEXT_ARGUMENTS = {"slug", "event", "verbund", "token", "format", "item", "key", "uidb36"}


@pytest.fixture
def world() -> World:
    return build_world()


def parameters(address: Address) -> list[str]:
    """Return the names that the page reads from its address, as far as they are declared, and the page number."""
    filters: type[PortalFilterSet] | None = getattr(address.view_class, "filterset_class", None)
    return [*(filters.base_filters if filters else ()), "seite"]


def lists(world: World) -> list[Address]:
    return [address for address in addresses(world) if address.is_list]


def searches(world: World) -> list[Address]:
    """Those that are searched and shown as a page; what is exported has the same rows."""
    pages = [address for address in lists(world) if "suche" in parameters(address)]
    return [address for address in pages if "format" not in resolve(address.path).kwargs]


def test_broken_signs_in_the_query_are_refused_or_ignored_on_every_page(world: World) -> None:
    asking = clients(world)
    for address in (*addresses(world), *under_way(world)):
        for sign in BROKEN:
            query = f"x={sign}&seite={sign}&suche={sign}&plz={sign}"
            response = asking[address.role].get(address.asking(query))
            assert response.status_code in FINE, f"{address}: {sign}"


def test_broken_signs_in_the_path_are_not_found(world: World) -> None:
    asking = clients(world)
    for name, cases in MATRIX.items():
        text = TEXT_ARGUMENTS & cases[0].arguments.keys()
        path = reverse(name, kwargs=cases[0].path_arguments(world))
        for argument in text:
            typed = str(cases[0].path_arguments(world)[argument])
            for sign in BROKEN:
                response = asking["centre"].get(path.replace(typed, sign))
                assert response.status_code in FINE, f"{name}: {sign}"


def test_broken_signs_in_every_field_of_every_form(world: World) -> None:
    """As bytes, because a browser's form may send any; once in each field and once as a field's name."""
    asking = clients(world)
    for address in (*addresses(world), *under_way(world), *buttons(world)):
        form = (asking[address.role].get(address.url).context or {}).get("form")
        names = [form.add_prefix(name) for name in form.fields] if form is not None else ["x"]
        names += CHOICES
        for sign in ("%00", "%ED%A0%80", "%FF"):
            body = "&".join([*(f"{quote(name)}={sign}" for name in names), f"{sign}=1"])
            response = asking[address.role].post(
                address.url, body, content_type="application/x-www-form-urlencoded", follow=True
            )
            assert response.status_code in FINE, f"{address}: {sign}"


@pytest.mark.parametrize("value", ["\x00", "\ud800", "ÿþ", '"', "a" * 5000, "; ;=;", "csrf=1; csrf=2"])
def test_broken_cookies_are_no_error(world: World, value: str) -> None:
    client = Client()
    for name in ("session", "csrf", "device"):
        header = f"{name}={value}".encode("utf-8", "surrogatepass").decode("latin-1")
        for path in ("/", "/konto/anmelden/", "/arbeitsplatz/", f"{world.event.get_absolute_url()}anmelden/"):
            assert client.get(path, HTTP_COOKIE=header).status_code in FINE, f"{path}: {name}={value!r}"


def test_wrong_filter_values_are_ignored_on_every_list(world: World) -> None:
    asking = clients(world)
    for address in lists(world):
        for value in WRONG:
            query = "&".join(f"{name}={value}&{name}={value}" for name in parameters(address))
            assert asking[address.role].get(address.asking(query)).status_code == 200, f"{address}: {query}"
        many = "&".join(f"x{number}=1" for number in range(MOST_PARAMETERS))
        assert asking[address.role].get(address.asking(many)).status_code == 200, str(address)


@pytest.mark.logs_errors
@pytest.mark.parametrize("path", ["/veranstaltungen/", "/arbeitsplatz/kontakte/"])
def test_more_parameters_than_any_page_has_are_refused(world: World, path: str) -> None:
    query = "&".join(f"x{number}=1" for number in range(MOST_PARAMETERS + 1))
    response = clients(world)["lead_a"].get(f"{path}?{query}")
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()


def test_a_wrong_choice_is_named_on_every_list_that_has_one(world: World) -> None:
    asking = clients(world)
    named = 0
    for address in lists(world):
        if address.name.endswith(("-print", "-export")):
            continue
        page = asking[address.role].get(address.asking("land=XX&stand=XX&art=XX"))
        form = getattr((page.context or {}).get("filterset"), "form", None)
        if form is not None and form.errors:
            assert "Nicht angewandt, weil der Wert nicht passt" in page.content.decode(), str(address)
            named += 1
    assert named >= 4


def test_signs_of_like_and_of_tsquery_are_searched_literally(world: World) -> None:
    """Nothing in the world holds any of them, so nothing is found; a percent sign taken as LIKE's finds everything."""
    Registration.objects.create(
        event=world.draft, name="Zweite Person", name_key="zweite person", sort_key="zweite person",
        email="zwei@example.org", email_key="zwei@example.org", created_at=world.registration.created_at,
    )  # fmt: skip
    asking = clients(world)
    shown = [address for address in searches(world) if _found(asking, address, "") is not None]
    found = {str(address): _found(asking, address, "") for address in shown}
    assert len(found) >= 5
    assert sum(count > 0 for count in found.values()) >= 4, found
    for address in shown:
        for sign in SIGNS:
            assert _found(asking, address, sign) == 0, f"{address}: {sign}"


def test_a_search_that_forgot_to_escape_would_be_seen(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_registration WHERE name_key LIKE '%%' || %s || '%%'", ["%"])
        assert cursor.fetchone()[0] == Registration.objects.count() > 0


def test_what_is_looked_for_is_found_where_it_stands(world: World) -> None:
    Event.objects.filter(pk=world.event.pk).update(title="100 % Weiterbildung_jetzt")
    page = Client().get(f"/veranstaltungen/?suche={quote('100 %')}")
    assert "100 % Weiterbildung_jetzt" in page.content.decode()
    assert "100 % Weiterbildung_jetzt" in Client().get("/veranstaltungen/?suche=g_j").content.decode()


def _found(asking: dict[str, Client], address: Address, sign: str) -> int | None:
    """Return how many rows the list shows, or None for what is no page: a calendar, a feed."""
    # A kept page is bytes; only one that is drawn tells of its rows.
    kept.shelf.clear()
    context = asking[address.role].get(address.asking(f"suche={quote(sign)}")).context
    return len(context["object_list"]) if context and "object_list" in context else None


def test_every_page_is_walked(world: World) -> None:
    """The sign that all these tests look at something: each route is a page that answers, or a button."""
    asking = clients(world)
    walked = [*addresses(world), *under_way(world)]
    assert [str(address) for address in walked if asking[address.role].get(address.url).status_code != 200] == []
    names = {address.name for address in (*walked, *buttons(world))}
    assert MATRIX.keys() - names == SHOWN_ELSEWHERE
    assert len(lists(world)) >= 10
