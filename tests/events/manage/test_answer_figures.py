"""Statistics of the answers: counted once, unknown stays visible, drawn and told."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.dates import BERLIN
from events.answer_figures import answer_figures, answers_over_time
from events.models import Registration
from tests.events.manage.pages import query_count, text_of
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, say_no, say_yes
from tests.factories.verbuende import ContactFactory, OrganisationFactory, VerbundFactory

pytestmark = pytest.mark.django_db


def lines(event, number: int) -> dict[str, tuple[int, ...]]:
    return {line.label: line.counts for line in answer_figures(event)[number].lines}


def answered(event, day: dt.date, answer: str = "yes", hour: int = 12) -> Registration:
    moment = dt.datetime.combine(day, dt.time(hour), BERLIN)
    return RegistrationFactory(event=event, answer=answer, answered_at=moment)


def test_by_role(event):
    say_yes(RegistrationFactory(event=event, role="panel"))
    say_no(RegistrationFactory(event=event, role="panel"))
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, answer="deputy")
    assert lines(event, 0) == {"Podium": (1, 1, 0), "Publikum": (0, 1, 1)}


def test_by_land_and_what_is_not_known(event, verbund_a):
    several = VerbundFactory(states=["HE", "BY"])
    everywhere = VerbundFactory(states=[], is_nationwide=True)
    say_yes(RegistrationFactory(event=event, contact=ContactFactory(state="BE"), verbund=verbund_a))
    RegistrationFactory(event=event, verbund=verbund_a)
    RegistrationFactory(event=event, verbund=several)
    RegistrationFactory(event=event, verbund=everywhere)
    RegistrationFactory.create_batch(3, event=event)
    assert lines(event, 1) == {
        "Berlin": (1, 0, 0),
        "Nordrhein-Westfalen": (0, 0, 1),
        "mehrere Länder": (0, 0, 1),
        "bundesweit": (0, 0, 1),
        "unbekannt": (0, 0, 3),
    }
    assert answer_figures(event)[1].lines[-1].label == "unbekannt"


def test_by_kind_of_organisation(event, verbund_a):
    RegistrationFactory(event=event, organisation=OrganisationFactory(kind="chamber"), verbund=verbund_a)
    RegistrationFactory(event=event, verbund=verbund_a)
    RegistrationFactory(event=event)
    assert lines(event, 2) == {"Kammer": (0, 0, 1), "Weiterbildungsverbund": (0, 0, 1), "unbekannt": (0, 0, 1)}


def test_by_place(verbund_a):
    event = EventFactory(owner=verbund_a, format="hybrid", on_site=2, online=5)
    fill_up(event, 3)
    say_yes(RegistrationFactory(event=event), "online")
    assert lines(event, 3) == {"vor Ort": (2, 0, 1), "online": (1, 0, 0)}


def test_days_without_answers_are_shown_and_a_late_evening_is_its_own_day(event):
    answered(event, dt.date(2026, 7, 1), hour=0)
    answered(event, dt.date(2026, 7, 1), "no", hour=23)
    answered(event, dt.date(2026, 7, 3))
    figure = answers_over_time(event)
    assert [(line.label, line.counts) for line in figure.lines] == [
        ("Mi,\u00a001.07.2026", (1, 1)),
        ("Do,\u00a002.07.2026", (0, 0)),
        ("Fr,\u00a003.07.2026", (1, 0)),
    ]


def test_the_night_the_clocks_go_back_is_one_day(event):
    for hour in (0, 2, 23):
        answered(event, dt.date(2026, 10, 25), hour=hour)
    assert [line.counts for line in answers_over_time(event).lines] == [(3, 0)]


def test_a_long_time_is_shown_in_weeks(event):
    answered(event, dt.date(2026, 1, 7))
    answered(event, dt.date(2026, 1, 11))
    answered(event, dt.date(2026, 3, 4))
    figure = answers_over_time(event)
    assert [line.label for line in figure.lines][:2] == ["Woche ab Mo,\u00a005.01.2026", "Woche ab Mo,\u00a012.01.2026"]
    assert figure.lines[0].counts == (2, 0)
    assert sum(line.total for line in figure.lines) == 3
    assert "je Woche ab Montag" in figure.definition


def test_the_page_draws_tells_and_defines(sign_in, rita, event, url):
    say_yes(RegistrationFactory(event=event, role="panel"))
    response = sign_in(rita).get(url("answer-figures"))
    page, body = text_of(response), response.content.decode()
    assert "Alle Personen der Gästeliste nach ihrer Rolle und ihrer Antwort." in page
    assert "Podium 1 0 0 1" in page
    assert 'aria-label="Nach Rolle: 1 zugesagt, 0 abgesagt, 0 noch offen. Die Zahlen stehen in der Tabelle."' in body
    drawings = re.findall(r"<svg class=\"chart.*?</svg>", body, re.DOTALL)
    assert len(drawings) == 5
    assert all("style=" not in drawing for drawing in drawings)
    assert '<rect class="c1" x="190.0" y="8.0" width="450.0" height="18.0"/>' in drawings[0]


def test_without_guests_the_page_says_what_will_be_there(sign_in, rita, event, url):
    page = text_of(sign_in(rita).get(url("answer-figures")))
    assert "Noch keine Gäste" in page


def test_figures_ask_as_often_for_many_as_for_few(sign_in, alice, event, url):
    client, counts = sign_in(alice), []
    for size in (3, 40):
        fill_up(event, size)
        with CaptureQueriesContext(connection) as captured:
            client.get(url("answer-figures"))
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 8
