"""The bases of all forms: what no single form has to think of."""

import datetime as dt
from typing import Any

import pytest
from django import forms

from core.forms import (
    ChoiceWithHint,
    GermanDateField,
    PortalForm,
    SplitLocalDateTimeField,
    VersionedModelForm,
)
from verbuende.models import Verbund


class Sample(PortalForm):
    title = forms.CharField(label="Titel", max_length=5)
    email = forms.EmailField(label="E-Mail-Adresse", required=False)
    people = forms.IntegerField(label="Plätze", min_value=1, required=False)
    kind = forms.ChoiceField(label="Art", choices=[("a", "A")], required=False)
    day = GermanDateField(label="Tag", required=False)
    answer = forms.ChoiceField(
        label="Nehmen Sie teil?", choices=[("yes", "ja")], widget=forms.RadioSelect, required=False
    )
    rate = forms.CharField(label="100 %", required=False, max_length=3)


def errors_of(**data: Any) -> dict[str, list[str]]:
    form = Sample({"title": "Titel", **data})
    return {name: list(texts) for name, texts in form.errors.items()}


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"title": " "}, "title", "Geben Sie bei „Titel“ etwas ein"),
        ({"title": "zu lang"}, "title", "Kürzen Sie „Titel“ auf höchstens 5 Zeichen, jetzt sind es 7"),
        ({"title": "a\x00b"}, "title", "Löschen Sie unsichtbare Zeichen aus „Titel“"),
        ({"email": "mara@"}, "email", "Geben Sie eine E-Mail-Adresse im Format name@firma.de ein"),
        ({"people": "viele"}, "people", "Geben Sie bei „Plätze“ eine ganze Zahl ein"),
        ({"people": "0"}, "people", "Geben Sie bei „Plätze“ mindestens 1 ein"),
        ({"kind": "a\x00"}, "kind", "Wählen Sie bei „Art“ etwas aus der Liste"),
        ({"day": "31.2.2026"}, "day", "Geben Sie das Datum mit Tag, Monat und Jahr ein, zum Beispiel 24.11.2026"),
        ({"day": "\x00"}, "day", "Geben Sie das Datum mit Tag, Monat und Jahr ein, zum Beispiel 24.11.2026"),
        ({"rate": "abcd"}, "rate", "Kürzen Sie „100 %“ auf höchstens 3 Zeichen, jetzt sind es 4"),
    ],
)
def test_errors_say_what_to_do(data: dict[str, str], field: str, sentence: str) -> None:
    assert errors_of(**data) == {field: [sentence]}


def test_a_question_is_to_be_answered() -> None:
    form = Sample({})
    form.fields["answer"].required = True
    assert form.errors["answer"] == ["Beantworten Sie „Nehmen Sie teil?“"]


def test_a_form_may_bring_its_own_sentence() -> None:
    class Own(PortalForm):
        name = forms.CharField(error_messages={"required": "Geben Sie den Namen Ihrer Vertretung ein"})

    assert Own({}).errors["name"] == ["Geben Sie den Namen Ihrer Vertretung ein"]
    assert Own({}).errors["name"] == ["Geben Sie den Namen Ihrer Vertretung ein"]


def test_stray_spaces_go() -> None:
    form = Sample({"title": "\u00a0 abc ", "email": " mara@example.org\u00a0", "day": " 24.11.26 "})
    assert form.is_valid()
    assert form.cleaned_data["title"] == "abc"
    assert form.cleaned_data["email"] == "mara@example.org"
    assert form.cleaned_data["day"] == dt.date(2026, 11, 24)


def test_one_form_does_not_change_the_next() -> None:
    Sample({"title": ""}).full_clean()
    assert Sample.base_fields["title"].error_messages["required"] != "Geben Sie bei „Titel“ etwas ein"


def test_a_choice_with_hint_is_a_plain_label_elsewhere() -> None:
    label = ChoiceWithHint("Online", "noch 21 Plätze")
    assert f"{label}" == "Online"
    assert label == "Online"


class Meeting(PortalForm):
    start = SplitLocalDateTimeField(label="Beginn")
    end = SplitLocalDateTimeField(label="Ende", required=False)


@pytest.mark.parametrize(
    ("date", "time", "result"),
    [
        ("24.11.2026", "14:00", dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)),
        ("2026-07-01", "9 Uhr", dt.datetime(2026, 7, 1, 7, tzinfo=dt.UTC)),
        ("24.11.26", "", "Geben Sie Datum und Uhrzeit ein"),
        ("", "14 Uhr", "Geben Sie Datum und Uhrzeit ein"),
        (" ", "", "Geben Sie Datum und Uhrzeit ein"),
        ("24.11.26", "25 Uhr", "Geben Sie die Uhrzeit mit Stunde und Minute ein, zum Beispiel 14:00"),
        (
            "28.03.2027",
            "02:30",
            (
                "Am 28. März 2027 gibt es 02:30 nicht: Die Uhren springen von 02:00 auf 03:00\u00a0Uhr. "
                "Geben Sie eine andere Uhrzeit ein"
            ),
        ),
    ],
)
def test_a_moment_is_read_on_german_clocks(date: str, time: str, result: dt.datetime | str) -> None:
    form = Meeting({"start_date": date, "start_time": time})
    if isinstance(result, str):
        assert form.errors["start"] == [result]
    else:
        assert form.is_valid(), form.errors
        assert form.cleaned_data == {"start": result, "end": None}


def test_a_stored_moment_comes_back_as_local_text_and_unchanged() -> None:
    stored = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
    shown = str(Meeting(initial={"start": stored})["start"])
    assert 'value="24.11.2026"' in shown
    assert 'value="14:00"' in shown
    again = Meeting({"start_date": "24.11.2026", "start_time": "14 Uhr"}, initial={"start": stored})
    assert not again.has_changed()


class VerbundForm(VersionedModelForm):
    class Meta:
        model = Verbund
        fields = ("name", "website")


def test_a_stale_edit_shows_both_versions_and_can_then_be_saved() -> None:
    row = Verbund(pk=7, name="WBV Ruhr", website="https://neu.example.org/", version=3)
    form = VerbundForm({"name": "WBV.Ruhr", "website": "https://neu.example.org/", "version": "2"}, instance=row)
    assert not form.is_valid()
    assert form.is_stale
    assert form.conflict_rows() == [("Name", "WBV Ruhr", "WBV.Ruhr")]
    assert 'name="version" value="3"' in str(form["version"])

    same = Verbund(pk=7, name="WBV Ruhr", website="https://neu.example.org/", version=3)
    again = VerbundForm({"name": "WBV.Ruhr", "website": "https://neu.example.org/", "version": "3"}, instance=same)
    assert again.is_valid(), again.errors
    assert again.conflict_rows() == []
    assert again.cleaned_data["version"] == 3


def test_an_edit_without_a_version_counts_as_stale() -> None:
    form = VerbundForm({"name": "WBV.Ruhr"}, instance=Verbund(pk=7, name="WBV Ruhr", version=3))
    assert not form.is_valid()
    assert form.is_stale


def test_a_new_row_has_no_version_to_compare() -> None:
    form = VerbundForm({"name": "WBV Neu"})
    assert form.is_valid(), form.errors
