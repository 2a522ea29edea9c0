"""An address that wants to hear when registration opens."""

from typing import Any

from django import forms

from events.forms.guard import GuardedForm


class InterestForm(GuardedForm):
    """The address, and nothing else."""

    email = forms.EmailField(
        label="E-Mail-Adresse", help_text="Dorthin senden wir einen Link. Erst mit ihm ist die Vormerkung fest."
    )

    def __init__(self, *args: Any, event_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(("email", "website"))
        self.guard(f"interest:{event_id}")
