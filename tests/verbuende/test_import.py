"""Importing the researched alliances: what the tricky cells become, and that it may run again."""

import csv
from collections import Counter

import pytest
from django.core.management import call_command

from demo.alliance_table import DATA
from demo.alliances import import_alliances, load_demo_alliances
from verbuende.models import Contact, FactSource, Organisation, Verbund, VerbundMember
from verbuende.services.alliances import save_verbund

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported():
    return import_alliances()


def sources_of(slug, field):
    return FactSource.objects.filter(verbund__slug=slug, field=field)


def test_forty_rows_of_three_kinds(imported):
    assert len(imported.new) == 40
    assert Counter(Verbund.objects.values_list("kind", flat=True)) == {
        "alliance": 37, "coordination_centre": 1, "neighbour": 2,
    }  # fmt: skip
    assert not Verbund.objects.filter(is_demo=True).exists()


def test_running_again_changes_nothing(imported):
    before = [Model.objects.count() for Model in (Verbund, FactSource, Organisation)]
    again = import_alliances()
    assert (again.new, again.changed, len(again.unchanged)) == ([], [], 40)
    assert [Model.objects.count() for Model in (Verbund, FactSource, Organisation)] == before


def test_numbers_by_land(imported):
    counts = Counter(code for codes in Verbund.objects.alliances().values_list("states", flat=True) for code in codes)
    assert counts == {
        "NW": 7, "BB": 6, "BE": 6, "NI": 5, "BW": 4, "HE": 3, "BY": 3, "TH": 2,
        "HB": 1, "HH": 1, "RP": 1, "SL": 1, "SN": 1, "ST": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "facts"),
    [
        ("weiter-wbv", {"states": ["BE", "BB"], "funding_round": "FRL 2", "period_text": "bis Ende 2024"}),
        ("meka-bb", {"states": ["BE", "BB"], "sector_text": "Metall und Elektro", "period_text": "2021–2024"}),
        ("kowemi-miqu", {"states": ["NW"], "is_nationwide": True, "region_text": "NRW, später bundesweit"}),
        ("wvu-untermain", {"states": ["BY", "HE"], "seat": "", "name": "Weiterbildungsverbund Untermain"}),
        ("regio-learn", {"states": [], "seat": "", "lead": None, "funding_round": "", "website": ""}),
        ("mehrwert", {"seat": "Hannover", "funding_round": "FRL 1", "region_text": "sieben ländliche Landkreise"}),
        ("iwm-pforzheim", {"period_text": "", "funding_round": "FRL 2", "note": "Förderung 915.000 Euro."}),
        ("proweiterbildung-plus", {"status": "ended", "period_text": "beendet 2024, Beginn unbekannt"}),
        ("wbv-saarland", {"status": "unknown", "period_text": "ab Sommer 2021, Ende unbekannt"}),
        ("qualifizierungsverbuende-bw", {"programme": "Landesprogramm", "funding_round": "", "kind": "neighbour"}),
        ("qlee", {"lead": None, "lead_note": "IBBF wirkt mit", "programme": "", "kind": "neighbour"}),
        ("forum-wbv", {"kind": "coordination_centre", "states": [], "is_nationwide": True}),
        ("pep-4-0", {"short_name": "PEP 4.0", "sector_text": "Pflege"}),
    ],
)
def test_what_mixed_cells_become(imported, slug, facts):
    verbund = Verbund.objects.get(slug=slug)
    assert {name: getattr(verbund, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("slug", "field", "confidence", "note"),
    [
        ("weiter-wbv", "funding_round", "inferred", ""),
        ("weiter-wbv", "sector_text", "inferred", "nicht bestätigt"),
        ("weiter-wbv", "region_text", "sourced", ""),
        ("mehrwert", "funding_round", "inferred", "Antrag Anfang 2021"),
        ("mehrwert", "seat", "sourced", "Büros in Hameln und Vechta"),
        ("kowemi-miqu", "lead", "inferred", "aus der Projektseite von IVAM"),
        ("wbv-ruhr", "lead", "unconfirmed", ""),
        ("iwm-pforzheim", "period_text", "inferred", "Förderung im Jahr 2022 bekannt gegeben"),
        ("iwm-pforzheim", "short_name", "sourced", "Kurzname von der Redaktion vergeben"),
        ("r-learning-kollektive", "states", "named_only", ""),
        ("qlee", "seat", "neighbour", ""),
        ("wbv-saarland", "structure_text", "inferred", ""),
    ],
)
def test_how_sure_a_fact_is_and_what_is_said_about_it(imported, slug, field, confidence, note):
    assert {(source.confidence, source.note) for source in sources_of(slug, field)} == {(confidence, note)}


def test_unknown_facts_have_no_source(imported):
    for field in ("seat", "lead", "website", "funding_round"):
        assert not sources_of("regio-learn", field).exists()


def test_several_sources_and_one_without_address(imported):
    assert list(sources_of("pep-4-0", "region_text").values_list("url", "title")) == [
        ("https://projekt-peap.de/", "projekt-peap.de"),
        ("", "Programmbericht des Netzwerks"),
    ]
    assert sources_of("mehrwert", "note").filter(url="https://buergerinfo.lk-ni.de/vo0050.php?__kvonr=7765").exists()


def test_the_same_body_is_one_organisation(imported):
    assert list(Verbund.objects.filter(lead__name="bfw").values_list("slug", "lead_note")) == [
        ("wbv-chemnitz-erzgebirge", "DGB")
    ]
    assert not Organisation.objects.filter(name__icontains="unknown").exists()


def test_no_english_and_no_unknown_is_left_in_the_facts(imported):
    for verbund in Verbund.objects.all():
        text = f"{verbund.summary} {verbund.region_text} {verbund.period_text} {verbund.sector_text} {verbund.note}"
        assert not {"unknown", "inferred", "and", "from", "years", "cross-sector"} & set(text.lower().split()), verbund


def test_what_stays_in_one_piece_is_listed(imported):
    why = "bleibt zusammen: zwei Orte, welcher der Sitz ist, sagt die Quelle nicht"
    assert f"meka-bb: seat_city: „Ludwigsfelde / Berlin“ {why}" in imported.unsplit
    assert "pep-4-0: source_url: „seed 000“ bleibt zusammen: ohne öffentliche Adresse" in imported.unsplit


def write_csv(path, changes):
    with (DATA / "alliances.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(changes.get(row["short_name"], {}))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_cell_nobody_has_split_stays_unknown_and_is_reported(tmp_path):
    path = write_csv(tmp_path / "a.csv", {"WASA": {"seat_city": "Magdeburg (or Halle)"}})
    report = import_alliances(path)
    assert Verbund.objects.get(slug="wasa").seat == ""
    assert "wasa: seat_city: „Magdeburg (or Halle)“ steht nicht in der Tabelle, bleibt unbekannt" in report.unsplit


def test_a_row_nobody_knows_is_reported_and_left_out(tmp_path):
    report = import_alliances(write_csv(tmp_path / "a.csv", {"WASA": {"name": "Ganz neuer Verbund"}}))
    assert Verbund.objects.count() == 39
    assert any("Ganz neuer Verbund" in remark for remark in report.unsplit)


def test_a_changed_cell_changes_one_row(imported, tmp_path):
    report = import_alliances(write_csv(tmp_path / "a.csv", {"WASA": {"seat_city": "Essen"}}))
    assert (report.new, report.changed, len(report.unchanged)) == ([], ["WASA"], 39)


def test_what_somebody_has_edited_is_not_overwritten(imported, zoe):
    verbund = Verbund.objects.get(slug="wasa")
    facts = {"short_name": "WASA", "seat": "Halle"}
    save_verbund(slug="wasa", facts=facts, sources=(), actor=zoe, origin="web")
    report = import_alliances()
    verbund.refresh_from_db()
    assert report.kept == ["wasa"]
    assert verbund.seat == "Halle"


def test_the_command_says_what_it_did(capsys):
    call_command("import_alliances")
    out = capsys.readouterr().out
    assert out.startswith("40 neu: proWeiterbildung PLUS, ")
    assert "0 unverändert\n" in out
    assert "9 Angaben nicht zerlegt" in out


def test_the_invented_network_can_be_invited_and_is_marked():
    verbuende = load_demo_alliances()
    load_demo_alliances()
    assert len(verbuende) == Verbund.objects.filter(is_demo=True).count() == 7
    assert all(verbund.short_name.startswith("Demo-Verbund ") for verbund in verbuende)
    users = [member.user for member in VerbundMember.objects.select_related("user")]
    contacts = Contact.objects.all()
    assert all(user.email.endswith("@example.org") for user in users)
    assert all(contact.email.endswith("@example.org") for contact in contacts if contact.email)
    assert all(contact.source == "erfunden, nur zur Vorführung" for contact in contacts)
    assert all(organisation.is_demo and "(Demo)" in organisation.name for organisation in Organisation.objects.all())


def test_enough_people_for_the_demo_meeting_and_one_alliance_without_address(zoe):
    load_demo_alliances()
    reachable = {member.user.email for member in VerbundMember.objects.active().select_related("user")}
    reachable |= set(Contact.objects.visible_to(zoe).active().exclude(email="").values_list("email", flat=True))
    assert len(reachable) == 96
    silent = Verbund.objects.filter(is_demo=True, members__isnull=True)
    assert [verbund.short_name for verbund in silent] == ["Demo-Verbund Fördeblick"]
    assert not Contact.objects.filter(verbund=silent.get()).exclude(email="").exists()


def test_the_demo_roles_are_there():
    load_demo_alliances()
    roles = VerbundMember.objects.filter(verbund__slug="demo-verbund-kanalstadt").values_list("user__email", "role")
    assert {"leitung@example.org": "LEAD", "mitarbeit@example.org": "STAFF", "lesen@example.org": "READER"}.items() <= \
        dict(roles).items()  # fmt: skip
