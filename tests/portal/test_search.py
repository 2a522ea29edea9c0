"""Welcher Verbund?"""

from tests.portal.conftest import make_verbund


def ask(client, plz):
    response = client.get("/welcher-verbund/", {"plz": plz})
    assert response.status_code == 200
    return response.content.decode()


def test_a_postcode_leads_to_the_alliances_of_its_land_with_the_reason(client, db):
    make_verbund("Verbund Ruhr", states=["NW"])
    make_verbund("Verbund Untermain", states=["BY"])
    page = ask(client, "45127")
    assert "Essen, Nordrhein-Westfalen" in page
    assert "Verbund Ruhr" in page
    assert "Warum: arbeitet in Nordrhein-Westfalen" in page
    assert "Verbund Untermain" not in page


def test_without_an_alliance_the_centre_is_named(client, db):
    page = ask(client, "45127")
    assert "ist kein Verbund dokumentiert" in page
    assert "Koordinierungszentrum fragen" in page


def test_a_wrong_postcode_says_what_to_do(client, db):
    page = ask(client, "99")
    assert "<title>Fehler: " in page
    assert "Geben Sie die Postleitzahl mit fünf Ziffern ein" in page
    assert 'value="99"' in page


def test_an_empty_field_is_an_error_but_the_bare_page_is_not(client, db):
    assert "Geben Sie die Postleitzahl" in ask(client, "")
    assert "Fehler:" not in client.get("/welcher-verbund/").content.decode()


def test_what_was_typed_is_escaped(client, db):
    assert "<script>" not in ask(client, '"><script>')


def test_an_invented_alliance_is_marked(client, db):
    make_verbund("Demo-Verbund Ruhr", states=["NW"], is_demo=True)
    assert "erfunden" in ask(client, "45127")


def test_needs_two_queries_at_any_size(client, db, django_assert_num_queries):
    make_verbund("Eins", states=["NW"])
    with django_assert_num_queries(2):
        ask(client, "45127")
    for number in range(15):
        make_verbund(f"Verbund {number}", states=["NW"])
    with django_assert_num_queries(2):
        ask(client, "45127")
