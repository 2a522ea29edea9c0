"""What a form answered and the event no longer asks is said, not dropped."""

import pytest

from events.forms.answer import AnswerForm
from events.models import Event
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


def test_the_first_of_two_workshops_goes_and_the_other_stays_chosen(event: Event) -> None:
    """The question is named after its first workshop; with another name the chosen one would have been lost."""
    first, second = (
        ProgrammeItemFactory(event=event, kind="workshop", places=5, position=position).pool for position in (1, 2)
    )
    answers = {f"choice_{first.pk}": str(second.pk)}
    assert complaints(event, **answers) == []
    first.item.delete()
    assert complaints(event, **answers) == [GONE]
