"""The address books."""

import io

import pytest
from openpyxl import load_workbook

from core.exceptions import DomainError, StaleVersion
from core.models import ChangeEntry
from tests.factories.verbuende import ContactFactory, OrganisationFactory
from verbuende.models import Contact
from verbuende.services.contacts import create_contact, deactivate_contact, update_contact

LIST = "/arbeitsplatz/kontakte/"
NEW = f"{LIST}neu/"
DATA = {
    "salutation": "frau", "name": "Zoë O’Brien", "organisation_as_typed": "Kammer Süd", "function": "Beraterin",
    "role": "chamber", "email": "Zoe@Example.org", "phone": "", "state": "NW", "sectors": "", "verbund": "",
    "source": "Visitenkarte",
}  # fmt: skip


def sign_in(client, user):
    client.force_login(user)
    return client


def test_each_sees_its_own_book(client, alice, rita, carla, zoe, verbund_a, verbund_b):
    ContactFactory(name="Person im Buch A", owner=verbund_a)
    ContactFactory(name="Person im Buch B", owner=verbund_b, verbund=verbund_b, is_published=True)
    ContactFactory(name="Person im Zentrum")
    for user, name in ((alice, "Person im Buch A"), (rita, "Person im Buch A"), (carla, "Person im Buch B"),
                       (zoe, "Person im Zentrum")):  # fmt: skip
        text = sign_in(client, user).get(LIST).content.decode()
        assert "1 Kontakt<" in text
        assert name in text


def test_a_stranger_has_no_book(client, stranger, verbund_a):
    ContactFactory(owner=verbund_a, verbund=verbund_a, is_published=True)
    text = sign_in(client, stranger).get(LIST).content.decode()
    assert "0 Kontakte" in text
    assert "Kontakt aufnehmen" not in text


def test_a_reader_sees_names_but_no_way_to_change_them(client, rita, verbund_a):
    contact = ContactFactory(owner=verbund_a)
    text = sign_in(client, rita).get(LIST).content.decode()
    assert contact.name in text
    assert contact.get_absolute_url() not in text
    assert NEW not in text


@pytest.mark.parametrize("path", ["", "stilllegen/"])
@pytest.mark.parametrize("role", ["rita", "carla", "zoe", "stranger", "former"])
def test_foreign_contacts_do_not_exist(client, request, verbund_a, verbund_b, role, path):
    contact = ContactFactory(owner=verbund_a, verbund=verbund_a, is_published=True)
    sign_in(client, request.getfixturevalue(role))
    assert client.get(f"{LIST}{contact.pk}/{path}").status_code == 404
    assert client.post(f"{LIST}{contact.pk}/{path}", DATA).status_code == 404
    contact.refresh_from_db()
    assert contact.is_active


def test_the_centres_book_is_closed_to_alliances(client, alice):
    contact = ContactFactory()
    assert sign_in(client, alice).get(f"{LIST}{contact.pk}/").status_code == 404


@pytest.mark.parametrize("role", ["rita", "stranger", "former"])
def test_who_writes_no_book_has_no_form(client, request, role):
    sign_in(client, request.getfixturevalue(role))
    assert client.get(NEW).status_code == 404
    assert client.post(NEW, DATA).status_code == 404
    assert not Contact.objects.exists()


def test_the_centre_takes_somebody_in(client, zoe):
    organisation = OrganisationFactory(name="Kammer Süd")
    response = sign_in(client, zoe).post(NEW, DATA)
    assert response.status_code == 302
    contact = Contact.objects.get()
    assert (contact.owner, contact.email_key, contact.organisation) == (None, "zoe@example.org", organisation)
    assert ChangeEntry.objects.get(action="Kontakt angelegt").scope == "centre"


def test_an_alliance_takes_somebody_into_its_own_book_only(client, alice, verbund_a, verbund_b):
    sign_in(client, alice)
    refused = client.post(NEW, {**DATA, "owner": verbund_b.pk})
    assert refused.status_code == 200
    assert not Contact.objects.exists()
    client.post(NEW, {**DATA, "owner": verbund_a.pk, "verbund": verbund_a.pk, "is_published": "on"})
    assert Contact.objects.get().owner == verbund_a


def test_nobody_speaks_for_a_foreign_alliance(client, alice, verbund_a, verbund_b):
    sign_in(client, alice).post(NEW, {**DATA, "owner": verbund_a.pk, "verbund": verbund_b.pk})
    assert not Contact.objects.exists()
    with pytest.raises(DomainError, match="nur für Ihren Verbund"):
        create_contact(owner=verbund_a, verbund=verbund_b, actor=alice, name="Eva")


def test_publishing_needs_an_alliance(client, zoe):
    text = sign_in(client, zoe).post(NEW, {**DATA, "is_published": "on"}).content.decode()
    assert "Wählen Sie den Verbund, auf dessen Seite die Person stehen soll" in text
    assert not Contact.objects.exists()


def test_an_address_stands_once_in_a_book_and_once_in_another(client, zoe, verbund_a):
    create_contact(owner=verbund_a, actor=None, name="Zoë", email="zoe@example.org")
    sign_in(client, zoe).post(NEW, DATA)
    text = client.post(NEW, {**DATA, "email": " ZOE@example.org"}).content.decode()
    assert "steht schon in diesem Adressbuch" in text
    assert "Zoë O’Brien" in text
    assert Contact.objects.count() == 2


def test_several_contacts_without_address_are_fine(zoe):
    create_contact(owner=None, actor=zoe, name="Eins")
    create_contact(owner=None, actor=zoe, name="Zwei")
    assert Contact.objects.count() == 2


def test_changing_writes_the_journal_in_words(client, alice, verbund_a):
    contact = ContactFactory(owner=verbund_a, name="Alt")
    response = sign_in(client, alice).post(f"{LIST}{contact.pk}/", {**DATA, "version": 1, "verbund": verbund_a.pk})
    assert response.status_code == 302
    contact.refresh_from_db()
    assert (contact.name, contact.sort_key, contact.version) == ("Zoë O’Brien", "obrien  zoe", 2)
    entry = ChangeEntry.objects.get(action="Kontakt geändert")
    assert entry.scope == f"verbund:{verbund_a.pk}"
    assert entry.changes["spricht für den Verbund"] == ["", "Verbund A"]


def test_saving_over_somebody_elses_change_shows_both(client, zoe):
    contact = ContactFactory(name="Alt")
    update_contact(contact=contact, version=1, actor=zoe, fields={"name": "Von anderen geändert"})
    text = sign_in(client, zoe).post(f"{LIST}{contact.pk}/", {**DATA, "version": 1}).content.decode()
    assert "Zwei Fassungen" in text
    assert "Von anderen geändert" in text
    assert "Zoë O’Brien" in text
    with pytest.raises(StaleVersion):
        update_contact(contact=contact, version=1, actor=zoe, fields={"name": "Zu spät"})


def test_deactivating_asks_first_and_takes_the_entry_off_the_page(client, alice, verbund_a):
    contact = ContactFactory(owner=verbund_a, verbund=verbund_a, is_published=True)
    sign_in(client, alice)
    assert "stilllegen?" in client.get(f"{LIST}{contact.pk}/stilllegen/").content.decode()
    contact.refresh_from_db()
    assert contact.is_active
    client.post(f"{LIST}{contact.pk}/stilllegen/")
    contact.refresh_from_db()
    assert (contact.is_active, contact.is_published) == (False, False)
    client.post(f"{LIST}{contact.pk}/wieder-anschreiben/")
    contact.refresh_from_db()
    assert (contact.is_active, contact.is_published) == (True, False)


def test_reactivating_is_no_link(client, alice, verbund_a):
    contact = ContactFactory(owner=verbund_a, is_active=False)
    assert sign_in(client, alice).get(f"{LIST}{contact.pk}/wieder-anschreiben/").status_code == 302


def test_deactivating_twice_is_one_entry(zoe):
    contact = ContactFactory()
    deactivate_contact(contact=contact, actor=zoe)
    deactivate_contact(contact=contact, actor=zoe)
    assert ChangeEntry.objects.filter(action="Kontakt stillgelegt").count() == 1


def test_filters(client, zoe):
    ContactFactory(name="Presse Paul", role="press", state="NW")
    ContactFactory(name="Kammer Karla", role="chamber", state="HE")
    ContactFactory(name="Stille Stella", role="chamber", state="HE", is_active=False)
    sign_in(client, zoe)
    for query, names in (
        ({"rolle": "press"}, {"Presse Paul"}),
        ({"land": "HE"}, {"Kammer Karla", "Stille Stella"}),
        ({"land": "HE", "stand": "angeschrieben"}, {"Kammer Karla"}),
        ({"suche": "karla"}, {"Kammer Karla"}),
        ({"rolle": "quatsch", "suche": "paul"}, {"Presse Paul"}),
    ):
        text = client.get(LIST, query).content.decode()
        assert {name for name in ("Presse Paul", "Kammer Karla", "Stille Stella") if name in text} == names


def test_export_holds_the_filtered_own_rows_as_text(client, zoe, verbund_a):
    ContactFactory(name="=HYPERLINK()", role="press")
    ContactFactory(name="Andere Rolle", role="union")
    ContactFactory(name="Person im Buch A", owner=verbund_a)
    sign_in(client, zoe)
    csv = client.get(f"{LIST}export/csv/", {"rolle": "press"}).content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith(";'=HYPERLINK();")
    assert len(csv.splitlines()) == 2
    book = load_workbook(io.BytesIO(client.get(f"{LIST}export/xlsx/").content))
    assert {row[1].value for row in book.active.iter_rows(min_row=2)} == {"=HYPERLINK()", "Andere Rolle"}
    entry = ChangeEntry.objects.filter(action="Kontakte exportiert").first()
    assert (entry.scope, entry.changes) == ("centre", {"Anzahl": [None, 2]})


def test_export_of_another_kind_does_not_exist(client, zoe):
    assert sign_in(client, zoe).get(f"{LIST}export/exe/").status_code == 404


@pytest.mark.parametrize("number", [1, 45])
def test_list_takes_the_same_queries_at_any_size(client, django_assert_max_num_queries, zoe, verbund_a, number):
    for _ in range(number):
        ContactFactory(organisation=OrganisationFactory(), verbund=verbund_a)
    sign_in(client, zoe)
    # Count, rows; besides session, user.
    with django_assert_max_num_queries(4):
        client.get(LIST)
