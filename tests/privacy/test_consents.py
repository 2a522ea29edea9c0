"""Consents: the words shown, the answers given, and that neither can be rewritten."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.utils import timezone

from privacy.models import ConsentRecord, ConsentText
from privacy.services.consents import consents_for, consents_of, current_texts, record_consents
from tests.factories.privacy import ensure_consent_texts

pytestmark = pytest.mark.django_db

REF = "events.registration:42"


@pytest.fixture(autouse=True)
def texts() -> None:
    ensure_consent_texts()


def answer(ref: str = REF, **answers: bool) -> list[ConsentRecord]:
    return record_consents(
        ref=ref,
        email_key="erika@example.org",
        name="Erika Beispiel",
        scope="event:7",
        answers=answers,
        source="Formular",
        form_path="/e/…/",
    )


def test_first_texts_are_those_of_the_look() -> None:
    texts = current_texts(["photos", "participants_list", "further_invitations"])
    assert list(texts) == ["photos", "participants_list", "further_invitations"]
    assert texts["photos"].title == "Fotos, auf denen ich zu erkennen bin, dürfen im Rückblick erscheinen"
    assert texts["participants_list"].text == "Die Liste erhalten nur die Teilnehmenden dieses Treffens."


def test_a_new_wording_holds_from_its_day() -> None:
    now = timezone.now()
    ConsentText.objects.create(key="photos", version=2, title="Neu", valid_from=now - dt.timedelta(days=1))
    ConsentText.objects.create(key="photos", version=3, title="Morgen", valid_from=now + dt.timedelta(days=1))
    assert current_texts(["photos"])["photos"].version == 2


def test_records_name_the_exact_text() -> None:
    (record,) = answer(photos=True)
    assert record.text == ConsentText.objects.get(key="photos", version=1)
    assert (record.given, record.name, record.scope, record.source) == (True, "Erika Beispiel", "event:7", "Formular")
    assert consents_of(REF) == {"photos": True}


def test_nothing_ticked_leaves_no_row() -> None:
    assert answer(photos=False, participants_list=False) == []
    assert consents_of(REF) == {}


def test_the_same_answer_again_leaves_no_second_row() -> None:
    answer(photos=True)
    assert answer(photos=True) == []
    assert ConsentRecord.objects.count() == 1


def test_withdrawal_is_a_new_row() -> None:
    answer(photos=True, participants_list=True)
    (withdrawal,) = answer(photos=False, participants_list=True)
    assert (withdrawal.text.key, withdrawal.given) == ("photos", False)
    assert ConsentRecord.objects.count() == 3
    assert consents_of(REF) == {"photos": False, "participants_list": True}
    assert len(answer(photos=True)) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_asks_once(count: int, django_assert_num_queries: Callable) -> None:
    refs = [f"events.registration:{number}" for number in range(count)]
    for ref in refs:
        answer(ref, photos=True)
    with django_assert_num_queries(1):
        consents = consents_for([*refs, "events.registration:999"])
    assert consents[refs[-1]] == {"photos": True}
    assert consents["events.registration:999"] == {}


@pytest.mark.parametrize(("model", "field"), [(ConsentRecord, "name"), (ConsentText, "title")])
def test_the_database_refuses_to_rewrite(model: type[Model], field: str) -> None:
    answer(photos=True)
    with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
        model.objects.update(**{field: F(field)})
    record = ConsentRecord.objects.get()
    record.given = False
    with pytest.raises(IntegrityError, match="immutable"), transaction.atomic():
        record.save()


def test_erasure_deletes() -> None:
    answer(photos=True)
    ConsentRecord.objects.filter(email_key="erika@example.org").delete()
    assert consents_of(REF) == {}


def test_a_version_exists_once() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentText.objects.create(key="photos", version=1, title="Anders", valid_from=timezone.now())
