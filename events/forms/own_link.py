"""An address that wants its personal links once more."""

from typing import Any

from django import forms

from events.forms.guard import GuardedForm


class OwnLinkForm(GuardedForm):
    """The address, and nothing else."""

    email = forms.EmailField(
        label="E-Mail-Adresse", help_text="Die Adresse, an die Ihre Einladung oder Bestätigung ging."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(("email", "website"))
        self.guard("own-link")
