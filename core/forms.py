"""The bases of every form in the portal.

They make sure of what no single form should have to think of: stray spaces go, NUL bytes are refused, errors are German
sentences that say what to do, addresses get the right keyboard, and an edit based on an old version is noticed.
Drawn by the crispy template pack `portal`: `{% crispy form %}` inside `components/form.html` or a form tag of the page.
"""

from collections.abc import Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.validators import MaxLengthValidator
from django.forms.boundfield import BoundField

from core.form_fields import (
    ChoiceWithHint,
    GermanDateField,
    GermanDateInput,
    GermanTimeField,
    SplitLocalDateTimeField,
    SplitLocalDateTimeWidget,
)
from core.form_words import value_words

__all__ = [
    "ChoiceWithHint",
    "GermanDateField",
    "GermanDateInput",
    "GermanTimeField",
    "PortalForm",
    "PortalModelForm",
    "SplitLocalDateTimeField",
    "SplitLocalDateTimeWidget",
    "VersionedModelForm",
]

EMAIL_MESSAGE = "Geben Sie eine E-Mail-Adresse im Format name@firma.de ein"
EMAIL_LENGTH = 254

# Code of the error → sentence for each class of fields; the first that fits wins. {label} is the field's label.
_NUMBER = {"required": "Geben Sie bei „{label}“ eine Zahl ein", "invalid": "Geben Sie bei „{label}“ eine Zahl ein"}
_ADDRESS = "Geben Sie bei „{label}“ eine Adresse ein, die mit https:// beginnt"
_SENTENCES: tuple[tuple[type[forms.Field], dict[str, str]], ...] = (
    (forms.EmailField, {"required": EMAIL_MESSAGE, "invalid": EMAIL_MESSAGE}),
    (forms.URLField, {"required": _ADDRESS, "invalid": _ADDRESS}),
    (forms.BooleanField, {"required": "Kreuzen Sie „{label}“ an"}),
    (
        forms.FileField,
        {
            "required": "Wählen Sie eine Datei bei „{label}“",
            "invalid": "Wählen Sie eine Datei bei „{label}“",
            "empty": "Wählen Sie bei „{label}“ eine Datei mit Inhalt",
            "max_length": "Kürzen Sie den Namen der Datei auf höchstens %(max)d Zeichen",
        },
    ),
    (
        forms.ChoiceField,
        {
            "required": "Wählen Sie eine Möglichkeit bei „{label}“",
            "invalid_choice": "Wählen Sie bei „{label}“ etwas aus der Liste",
            "invalid_list": "Wählen Sie bei „{label}“ etwas aus der Liste",
            "invalid_pk_value": "Wählen Sie bei „{label}“ etwas aus der Liste",
        },
    ),
    (forms.IntegerField, {**_NUMBER, "invalid": "Geben Sie bei „{label}“ eine ganze Zahl ein"}),
    (forms.DecimalField, _NUMBER),
    (forms.Field, {"required": "Geben Sie bei „{label}“ etwas ein"}),
)
_LIMITS = {
    "max_length": "Kürzen Sie „{label}“ auf höchstens %(limit_value)d Zeichen, jetzt sind es %(show_value)d",
    "min_length": "Geben Sie bei „{label}“ mindestens %(limit_value)d Zeichen ein",
    "max_value": "Geben Sie bei „{label}“ höchstens %(limit_value)s ein",
    "min_value": "Geben Sie bei „{label}“ mindestens %(limit_value)s ein",
    "null_characters_not_allowed": "Löschen Sie unsichtbare Zeichen aus „{label}“",
}


class _PortalBehaviour:
    """What plain and model forms share. A class that stands before forms.Form, because Django has two form bases."""

    # False for forms whose fields are all optional by nature: filters, or a group whose legend says so.
    mark_optional = True
    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = field.label or name.replace("_", " ").capitalize()
            _say_in_german(field)
            if isinstance(field, forms.EmailField):
                _help_typing_an_address(field)

    def get_layout(self) -> Layout | None:
        """Return a crispy Layout, new for each form because crispy writes into it; None draws the fields in order."""
        return None

    @property
    def helper(self) -> FormHelper:
        """Tell crispy how to draw the form: the page brings the form tag and its token."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.include_media = False
        helper.render_hidden_fields = True
        layout = self.get_layout()
        if layout is not None:
            helper.layout = layout
        return helper


class PortalForm(_PortalBehaviour, forms.Form):
    """Base of forms that are not one row."""


class PortalModelForm(_PortalBehaviour, forms.ModelForm):
    """Base of forms for one row. Class-level choice querysets are `.none()`; fill them in `__init__`."""


class VersionedModelForm(PortalModelForm):
    """A form for a row with a `version`. A POST based on an older version is refused and shows both versions.

    `is_stale` tells the page to include `components/conflict.html` with `conflict_rows`; the form then carries the new
    version, so sending it again saves deliberately over it. The service still asks for `version` in its UPDATE.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    is_stale = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Validation writes into the instance, so what is stored now has to be kept aside before.
        self._stored = dict(self.initial)
        self.initial["version"] = self._stored_version = getattr(self.instance, "version", None)

    def clean(self) -> dict[str, Any]:
        """Notice that somebody else has saved in between."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and cleaned.get("version") != self._stored_version:
            self.is_stale = True
            data: Any = self.data
            self.data = data = data.copy()
            data[self.add_prefix("version")] = str(self._stored_version)
            self.add_error(None, "Jemand hat diese Angaben inzwischen geändert. Vergleichen Sie beide Fassungen unten.")
        return cleaned

    def conflict_rows(self) -> list[tuple[str, str, str]]:
        """Return (label, stored value, your value) for each field whose two versions differ, in words."""
        return list(self._differences()) if self.is_stale else []

    def _differences(self) -> Iterator[tuple[str, str, str]]:
        for bound in self._visible():
            stored = value_words(bound.field, self._stored.get(bound.name))
            yours = value_words(bound.field, self.cleaned_data.get(bound.name, bound.data))
            if stored != yours:
                yield str(bound.label), stored, yours

    def _visible(self) -> list[BoundField]:
        return [bound for bound in self if not bound.is_hidden]


def _say_in_german(field: forms.Field) -> None:
    """Replace Django's own sentences by ours, unless the field or the form brought better ones."""
    django_says: dict[str, Any] = {}
    for base in reversed(type(field).__mro__):
        if base.__module__.startswith("django."):
            django_says.update(base.__dict__.get("default_error_messages", {}))
    sentences = _LIMITS | next(texts for kind, texts in _SENTENCES if isinstance(field, kind))
    if str(field.label).endswith("?"):
        sentences |= {"required": "Beantworten Sie „{label}“"}
    for code, sentence in sentences.items():
        if field.error_messages.get(code) is django_says.get(code):
            field.error_messages[code] = sentence.replace("{label}", str(field.label).replace("%", "%%"))


def _help_typing_an_address(field: forms.EmailField) -> None:
    """Give an address the right keyboard and the length mail servers accept (RFC 5321), not Django's 320."""
    length = min(field.max_length or EMAIL_LENGTH, EMAIL_LENGTH)
    field.validators = [each for each in field.validators if not isinstance(each, MaxLengthValidator)]
    field.validators.append(MaxLengthValidator(length))
    typing = {"autocomplete": "email", "spellcheck": "false", **field.widget.attrs, "maxlength": str(length)}
    field.widget.attrs = typing
