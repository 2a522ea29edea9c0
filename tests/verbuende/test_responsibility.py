"""Which alliance a post code leads to."""

import pytest

from tests.factories.verbuende import VerbundFactory
from verbuende.services.postcodes import find_place, normalise_plz
from verbuende.services.responsibility import find_for_plz

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("plz", "state", "district"),
    [
        ("01067", "SN", "Dresden"),
        ("10115", "BE", "Berlin"),
        ("14467", "BB", "Potsdam"),
        ("20095", "HH", "Hamburg"),
        ("24103", "SH", "Kiel"),
        ("28195", "HB", "Bremen"),
        ("30159", "NI", "Region Hannover"),
        ("39104", "ST", "Magdeburg"),
        ("45127", "NW", "Essen"),
        ("60311", "HE", "Frankfurt am Main"),
        ("66111", "SL", "Regionalverband Saarbrücken"),
        ("67059", "RP", "Ludwigshafen am Rhein"),
        ("70173", "BW", "Stuttgart"),
        ("86150", "BY", "Augsburg"),
        ("99084", "TH", "Erfurt"),
        ("19053", "MV", "Schwerin"),
    ],
)
def test_a_place_in_each_land(plz, state, district):
    place = find_place(plz)
    assert (place.state, place.district) == (state, district)


@pytest.mark.parametrize(
    ("typed", "plz"),
    [("45127", "45127"), (" 45 127 ", "45127"), ("D-45127", "45127"), ("1067", "01067"), ("123", None), ("Essen", None),
     ("451277", None), ("٤٥١٢٧", None), ("", None)],
)  # fmt: skip
def test_what_people_type_for_a_post_code(typed, plz):
    assert normalise_plz(typed) == plz


def test_regional_before_nationwide_real_before_invented_working_before_ended():
    VerbundFactory(short_name="Bund", is_nationwide=True)
    VerbundFactory(short_name="Demo-Verbund", states=["NW"], is_demo=True, status="active")
    VerbundFactory(short_name="Alt", states=["NW"], status="ended")
    VerbundFactory(short_name="Offen", states=["NW"])
    VerbundFactory(short_name="Läuft", states=["NW"], status="active")
    VerbundFactory(short_name="Woanders", states=["BY"])
    VerbundFactory(short_name="Nachbar", states=["NW"], kind="neighbour")
    answer = find_for_plz("45127")
    assert [(match.verbund.short_name, match.reason) for match in answer.matches] == [
        ("Läuft", "arbeitet in Nordrhein-Westfalen"),
        ("Offen", "arbeitet in Nordrhein-Westfalen"),
        ("Alt", "arbeitet in Nordrhein-Westfalen"),
        ("Demo-Verbund", "arbeitet in Nordrhein-Westfalen"),
        ("Bund", "arbeitet bundesweit"),
    ]
    assert answer.where == "Essen, Nordrhein-Westfalen"


def test_near_a_border_the_other_land_is_named_after():
    # 89073 Ulm lies on the Danube, Bavaria begins on the other bank.
    VerbundFactory(short_name="Bayern", states=["BY"])
    VerbundFactory(short_name="Württemberg", states=["BW"])
    answer = find_for_plz("89073")
    assert answer.states == ["BW", "BY"]
    assert [match.verbund.short_name for match in answer.matches] == ["Württemberg", "Bayern"]
    assert "reicht möglicherweise dorthin" in answer.matches[1].reason


def test_a_land_without_alliance_leads_to_the_centre():
    centre = VerbundFactory(short_name="Zentrum", kind="coordination_centre", is_nationwide=True)
    answer = find_for_plz("19053")
    assert answer.matches == []
    assert answer.centre == centre


@pytest.mark.parametrize(
    ("plz", "problem"),
    [
        ("99999", "Die Postleitzahl 99999 kennen wir nicht. Prüfen Sie die Ziffern."),
        ("Essen", "Geben Sie die Postleitzahl mit fünf Ziffern ein, zum Beispiel 45127."),
        ("", "Geben Sie die Postleitzahl mit fünf Ziffern ein, zum Beispiel 45127."),
    ],
)
def test_what_is_no_post_code_gets_a_sentence(plz, problem):
    assert find_for_plz(plz).problem == problem


def test_the_saarland_has_an_article():
    VerbundFactory(short_name="Saar", states=["SL"])
    assert find_for_plz("66111").matches[0].reason == "arbeitet im Saarland"


def test_the_answer_takes_two_queries(django_assert_num_queries):
    VerbundFactory.create_batch(20, states=["NW"])
    with django_assert_num_queries(2):
        find_for_plz("45127")
