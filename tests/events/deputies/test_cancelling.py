"""The deputy cancels after having said yes: everybody in whose place they came hears of it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import PlaceClaim, Registration
from events.representation import whom_they_leave
from events.services.cancelling import cancel_event
from events.services.deputies import DeputyPerson
from events.services.place_acts import Act, Kind, perform
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render
from tests.events.deputies.acts import gone_mails, name, page
from tests.factories.events import say_no, say_yes

pytestmark = pytest.mark.django_db


def test_once_the_deputy_cancels_the_namer_may_come_again(client: Client, person: Registration) -> None:
    deputy = name(person)
    say_yes(deputy)
    say_no(deputy)
    assert Registration.objects.filter(pk=deputy.pk).exists()
    shown = page(client, person)
    assert "Ihre Vertretung kommt nicht mehr" in shown
    assert "Doch selbst teilnehmen" in shown
    assert page(client, person, "aendern/")
    say_yes(person)
    assert standing_of(person).has_place


def test_the_namer_hears_when_the_deputy_cancels_later(person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    say_yes(deputy)
    assert gone_mails(person) == []
    say_no(deputy)
    (mail,) = gone_mails(person)
    text = " ".join(render(mail, get_purpose(mail.purpose)).text.split())
    assert "Vera Vertretung hatte für Sie zugesagt und kommt nun doch nicht." in text
    say_no(deputy)
    assert len(gone_mails(person)) == 1, "said twice, told once"


def test_a_deputy_who_comes_and_goes_again_is_told_of_again(person: Registration) -> None:
    deputy = name(person)
    for _ in range(2):
        say_yes(deputy)
        say_no(deputy)
    assert len(gone_mails(person)) == 2


def test_organisers_who_take_the_place_back_tell_the_namer_too(zoe, person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    say_yes(deputy)
    claim = PlaceClaim.objects.get(registration=deputy, state="confirmed")
    perform(actor=zoe, event=person.event, act=Act(kind=Kind.WITHDRAW, claims=(claim.pk,), reason="Doppelt"))
    assert len(gone_mails(person)) == 1


def test_nothing_untrue_leaves(zoe, person: Registration) -> None:
    deputy = name(person)
    say_yes(deputy)
    say_no(deputy)

    def obsolete() -> str:
        mail = gone_mails(person)[0]
        return get_purpose(mail.purpose).is_obsolete(mail)

    assert obsolete() == ""
    say_yes(deputy)
    assert obsolete() == "Die Vertretung kommt doch."
    say_no(deputy)
    assert obsolete() == ""
    say_yes(person)
    assert obsolete() == "Die Person hat inzwischen selbst geantwortet."
    cancel_event(actor=zoe, event=person.event, reason="Hochwasser.")
    assert obsolete() == "Das Treffen ist abgesagt."


def test_a_called_off_event_says_nothing_of_deputies(zoe, person: Registration) -> None:
    deputy = name(person)
    say_yes(deputy)
    cancel_event(actor=zoe, event=person.event, reason="Hochwasser.")
    assert gone_mails(person) == []


# --- Deputies of deputies ---------------------------------------------------------------------------------------------
BERT, CARLA = DeputyPerson("Bert Zwei", "bert@example.org"), DeputyPerson("Carla Drei", "carla@example.org")


@pytest.fixture
def chain(person: Registration) -> tuple[Registration, Registration, Registration]:
    """Jana sent Bert, Bert sent Carla, and Carla comes."""
    say_yes(person)
    bert = name(person, BERT)
    say_yes(bert)
    carla = name(bert, CARLA)
    say_yes(carla)
    return person, bert, carla


def words_of(mail: OutboxMessage) -> str:
    return " ".join(render(mail, get_purpose(mail.purpose)).text.split())


def obsolete(person: Registration) -> str:
    mail = gone_mails(person)[-1]
    return get_purpose(mail.purpose).is_obsolete(mail)


def test_everybody_up_the_chain_hears_once_and_in_their_own_terms(chain) -> None:
    jana, bert, carla = chain
    say_no(carla)
    (to_jana,), (to_bert,) = gone_mails(jana), gone_mails(bert)
    assert "Carla Drei hatte für Sie zugesagt und kommt nun doch nicht." in words_of(to_bert)
    shown = words_of(to_jana)
    assert "Ihre Vertretung Bert Zwei hatte ihrerseits Carla Drei gebeten zu kommen." in shown
    assert "damit kommt niemand mehr an Ihrer Stelle" in shown
    assert to_jana.dedup_key != to_bert.dedup_key
    say_no(carla)
    assert (len(gone_mails(jana)), len(gone_mails(bert))) == (1, 1), "said twice, told once"


def test_nobody_is_told_while_the_last_one_comes(chain) -> None:
    jana, bert, _ = chain
    assert gone_mails(jana) == gone_mails(bert) == []


def test_once_one_of_them_comes_the_others_need_not_hear(chain) -> None:
    jana, bert, carla = chain
    say_no(carla)
    assert obsolete(jana) == obsolete(bert) == ""
    say_yes(bert)
    assert obsolete(jana) == "Die Vertretung kommt doch."
    assert obsolete(bert) == "Die Person hat inzwischen selbst geantwortet."


def test_who_comes_again_and_cancels_again_is_told_of_again_up_the_chain(chain) -> None:
    jana, bert, carla = chain
    say_no(carla)
    say_yes(bert)
    say_no(bert)
    assert (len(gone_mails(jana)), len(gone_mails(bert))) == (2, 1)
    assert "Bert Zwei hatte für Sie zugesagt und kommt nun doch nicht." in words_of(gone_mails(jana)[-1])


def test_whoever_answered_for_themselves_is_no_link_any_more(chain) -> None:
    jana, bert, carla = chain
    say_no(carla)
    say_yes(bert)
    say_yes(carla)
    say_no(carla)
    assert (len(gone_mails(jana)), len(gone_mails(bert))) == (1, 1)


def test_the_chain_costs_a_query_for_each_step(chain) -> None:
    _, _, carla = chain
    with CaptureQueriesContext(connection) as told:
        assert len(list(whom_they_leave([carla]))) == 2
    assert len(told) == 3
