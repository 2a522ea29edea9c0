"""The form by which invited people answer, and what it starts from."""

from collections.abc import Mapping
from typing import Any

from django import forms

from core.forms import ChoiceWithHint
from events.forms.reply import NONE, Answer, ReplyForm
from events.models import Registration
from events.services.offers import Offer
from events.services.standing import Standing


class AnswerForm(ReplyForm):
    """An invited person's answer. Whoever says no, or wants to send a deputy, is asked nothing else here."""

    answer = forms.ChoiceField(
        label="Nehmen Sie teil?",
        choices=((Answer.YES.value, "Ich sage zu"), (Answer.NO.value, "Ich sage ab")),
        widget=forms.RadioSelect({"class": "choices--3"}),
        error_messages={"required": "Wählen Sie, ob Sie zusagen oder absagen"},
    )
    first_fields = ("answer",)

    def __init__(self, *args: Any, may_send_deputy: bool = False, no_hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["answer"]
        if no_hint:
            field.choices = [
                (Answer.YES.value, "Ich sage zu"),
                (Answer.NO.value, ChoiceWithHint("Ich sage ab", no_hint)),
            ]
        if may_send_deputy:
            label = ChoiceWithHint("Vertretung kommt", "Wen, sagen Sie auf der nächsten Seite")
            field.choices = [*field.choices, (Answer.DEPUTY.value, label)]
            field.error_messages["required"] = "Wählen Sie, ob Sie zusagen, absagen oder eine Vertretung schicken"

    @property
    def sends_deputy(self) -> bool:
        """Whether the person wants somebody else to come; who, the next page asks."""
        return self.cleaned_data.get("answer") == Answer.DEPUTY

    def clean(self) -> dict[str, Any]:
        """Drop complaints about questions that only a yes asks."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") in (Answer.NO, Answer.DEPUTY):
            for name in [name for name in self.errors if name not in ("answer", "remark")]:
                del self.errors[name]
        return cleaned


def current_answers(
    registration: Registration, standing: Standing, offer: Offer, consents: Mapping[str, bool]
) -> dict[str, Any]:
    """Return what the person has answered so far as the form's initial values."""
    values: dict[str, Any] = {
        "answer": "" if registration.answer == Answer.OPEN else registration.answer,
        "attendance": registration.attendance,
        "food": registration.food,
        "access_needs": registration.access_needs,
        "remark": registration.remark,
    }
    places = current_places(standing, offer)
    if registration.answer == Answer.YES:
        places |= {name: value or NONE for name, value in places.items() if name != "attendance"}
    values |= {name: value for name, value in places.items() if value}
    wishes = {table.pk for table in registration.table_wishes.all()}
    for table in offer.tables:
        if table.pk in wishes:
            values.setdefault(f"tables_{table.item_id}", []).append(str(table.pk))
    return values | {f"consent_{key}": consents.get(key, False) for key in offer.consent_texts}


def current_places(standing: Standing, offer: Offer) -> dict[str, Any]:
    """Return the way to take part and the items of this standing as the form's initial values."""
    values: dict[str, Any] = {"attendance": (standing.wish or standing).attendance}
    # The wish before what is kept until it is given.
    wished = sorted(standing.items, key=lambda entry: entry.instead_of is None)
    for group in offer.item_groups:
        pools = {each.pool.pk for each in group}
        chosen = next((str(entry.pool_id) for entry in wished if entry.pool_id in pools), "")
        values[f"choice_{group[0].pool.pk}"] = chosen
    return values
