"""What a form answered and the event no longer asks is said, not dropped."""

import pytest

from events.forms.answer import AnswerForm
from events.models import Event, PlacePool
from events.services.offers import offer_of
from tests.factories.events import EventFactory, ProgrammeItemFactory

pytestmark = pytest.mark.django_db
GONE = "Das Treffen hat sich inzwischen geändert. Prüfen Sie Ihre Antwort und senden Sie noch einmal."


@pytest.fixture
def event() -> Event:
    return EventFactory(on_site=3)


def complaints(event: Event, **answers: str) -> list[str]:
    return AnswerForm({"answer": "yes", **answers}, offer=offer_of(event)).non_field_errors()


@pytest.mark.parametrize("name", ["choice_999", "tables_999"])
def test_a_choice_whose_question_is_gone_is_asked_for_again(event: Event, name: str) -> None:
    assert complaints(event, **{name: "999"}) == [GONE]


def test_online_where_there_is_only_on_site_now_is_asked_for_again(event: Event) -> None:
    assert complaints(event, attendance="online") == [GONE]
    assert complaints(event, attendance="on_site") == []


@pytest.mark.parametrize("nothing", ["", "0"])
def test_who_chose_nothing_is_not_asked_again(event: Event, nothing: str) -> None:
    assert complaints(event, choice_999=nothing) == []


def test_who_says_no_is_not_asked_again(event: Event) -> None:
    form = AnswerForm({"answer": "no", "choice_999": "999"}, offer=offer_of(event))
    assert form.is_valid()


@pytest.fixture
def workshops(event: Event) -> list[PlacePool]:
    return [ProgrammeItemFactory(event=event, kind="workshop", places=5, position=each).pool for each in (1, 2)]


def test_the_first_of_two_workshops_goes_and_the_other_stays_chosen(event: Event, workshops: list[PlacePool]) -> None:
    """The question is named after its first workshop; under its new name the chosen one would have been lost."""
    first, second = workshops
    sent = {"answer": "yes", f"choice_{first.pk}": str(second.pk)}
    first.item.delete()
    form = AnswerForm(sent, offer=offer_of(event))
    assert form.is_valid()
    assert form.reply().item_pools == (second,)


def test_a_workshop_that_came_before_the_chosen_one_changes_nothing(event: Event, workshops: list[PlacePool]) -> None:
    sent = {"answer": "yes", f"choice_{workshops[0].pk}": str(workshops[1].pk)}
    ProgrammeItemFactory(event=event, kind="workshop", places=5, position=0)
    form = AnswerForm(sent, offer=offer_of(event))
    assert form.is_valid()
    assert form.reply().item_pools == (workshops[1],)


def test_two_choices_that_have_become_one_are_asked_for_again(event: Event, workshops: list[PlacePool]) -> None:
    sent = {f"choice_{pool.pk}": str(pool.pk) for pool in workshops}
    assert complaints(event, **sent) == [GONE]
