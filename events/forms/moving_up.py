"""The two questions about freed places that the forms of an event and of a programme item ask for each pool."""

from typing import Any

from django import forms

from core.forms import ChoiceWithHint
from events.models import PlacePool
from events.services.pools import MovingUp

Mode = PlacePool.Mode
MOST_HOURS = 14 * 24


def mode_field(label: str) -> forms.ChoiceField:
    """Return the choice between confirming and offering."""
    return forms.ChoiceField(
        label=label,
        choices=(
            (
                Mode.AUTOMATIC.value,
                ChoiceWithHint("Sofort bestätigen", "Wer als Nächstes wartet, hat den Platz und erfährt es per Mail."),
            ),
            (
                Mode.OFFER.value,
                ChoiceWithHint(
                    "Anbieten",
                    "Wer als Nächstes wartet, sagt bis zu einer Frist zu. Sonst geht es weiter. "
                    "Wer mit jemandem tauschen kann, tauscht sofort.",
                ),
            ),
        ),
        required=False,
        widget=forms.RadioSelect,
    )


def hours_field(label: str) -> forms.IntegerField:
    """Return the question how long an offer stands."""
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=MOST_HOURS,
        required=False,
        help_text="Zählt nur beim Anbieten. Kurz vor dem Treffen ist die Frist kürzer, nachts endet keine.",
        widget=forms.TextInput(attrs={"class": "in--s", "inputmode": "numeric"}),
    )


def moving_up_of(cleaned: dict[str, Any], mode: str, hours: str) -> MovingUp | None:
    """Return the answers of these two fields as the services take them; None where they were not asked."""
    chosen = cleaned.get(mode)
    return MovingUp(chosen, cleaned.get(hours)) if chosen else None


def moving_up_initial(pool: PlacePool | None, mode: str, hours: str) -> dict[str, Any]:
    """Return the pool's choice as the fields' initial values; without a pool the usual."""
    usual = pool or PlacePool()
    return {mode: usual.mode, hours: usual.offer_hours}
