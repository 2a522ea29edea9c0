"""Planning a mail: to whom, when, and the organisers' own words with placeholders."""

from typing import Any

from crispy_forms.layout import Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from core.forms import ChoiceWithHint, GermanDateField, GermanTimeField, PortalForm, VersionedModelForm
from events.forms.manage_times import SkippedHour, local_moment
from events.models import MailPlan
from events.placeholders import PLACEHOLDERS, unknown_placeholders
from events.services.mail_notices import NoticeWords, PlanTime

Anchor, Audience = MailPlan.Anchor, MailPlan.Audience
LONGEST_TEXT = 5000
MOST_DAYS = 365
HINTS = {
    Audience.PLACE: "vor Ort und online",
    Audience.OPEN: "eingeladen, aber weder zugesagt noch abgesagt",
    Audience.INVITED: "und Angemeldeten, außer wer abgesagt hat",
}
WHEN = (
    (Anchor.START, "Tage vor dem Beginn"),
    (Anchor.END, "Tage nach dem Ende"),
    (Anchor.ANSWER_BY, "Tage vor der Frist für Antworten"),
    (Anchor.FIXED, "an einem festen Tag"),
)
NAMES = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


class PlanTimeForm(VersionedModelForm):
    """The time of a mail that exists in every schedule."""

    mark_optional = False
    anchor = forms.ChoiceField(label="Gezählt in", choices=WHEN)
    days = forms.IntegerField(
        label="Wie viele Tage",
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
        widget=forms.NumberInput(attrs={"class": "in--xs"}),
        help_text="0 heißt: am Tag selbst.",
    )
    at_time = GermanTimeField(label="Uhrzeit")

    class Meta:
        model = MailPlan
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        plan = kwargs.get("instance")
        if plan is not None and plan.pk:
            stored = {"anchor": plan.anchor, "days": abs(plan.offset_days), "at_time": plan.at_time}
            kwargs["initial"] = stored | {"fixed_on": plan.fixed_on} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if plan is not None and plan.pk and not plan.is_notice:
            self.fields["anchor"].choices = [each for each in WHEN if each[0] == plan.anchor]

    def clean(self) -> dict[str, Any]:
        """Ask for the number of days or the day, whichever the choice needs."""
        cleaned = super().clean()
        if cleaned.get("anchor") != Anchor.FIXED and cleaned.get("days") is None and "days" not in self.errors:
            self.add_error("days", "Geben Sie ein, wie viele Tage; 0 heißt: am Tag selbst")
        return cleaned

    @property
    def time(self) -> PlanTime:
        """When, as the service takes it: days before count down, days after count up."""
        data = self.cleaned_data
        days = data.get("days") or 0
        return PlanTime(
            anchor=data["anchor"],
            at_time=data["at_time"],
            offset_days=days if data["anchor"] == Anchor.END else -days,
            fixed_on=data.get("fixed_on"),
        )

    @property
    def words(self) -> NoticeWords | None:
        """The usual mails have their own words."""
        return None

    def get_layout(self) -> Layout:
        """The number beside what it counts."""
        return Layout(Row("days", "anchor"), "at_time")


class NoticeForm(PlanTimeForm):
    """An own mail: audience, time, subject and text."""

    audience = forms.ChoiceField(label="An wen?", widget=forms.RadioSelect)
    fixed_on = GermanDateField(label="Fester Tag", required=False, help_text="Nur bei „an einem festen Tag“.")
    text = forms.CharField(
        label="Text",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=f"Möglich sind {NAMES}. Ohne {{anrede}} steht die Anrede von selbst davor. "
        "Zeit, Ort, persönlicher Link und Abmelden stehen immer darunter.",
    )

    class Meta:
        model = MailPlan
        fields = ("audience", "subject", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [
            (value, ChoiceWithHint(label, HINTS.get(Audience(value), ""))) for value, label in Audience.choices
        ]
        self.fields["subject"].required = True

    def clean_subject(self) -> str:
        """Refuse placeholders nobody knows."""
        return _known(self.cleaned_data["subject"])

    def clean_text(self) -> str:
        """Refuse placeholders nobody knows."""
        return _known(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        """Ask for the fixed day where it counts, and refuse an hour the clocks jump over."""
        cleaned = super().clean()
        if cleaned.get("anchor") == Anchor.FIXED:
            if cleaned.get("fixed_on") is None and "fixed_on" not in self.errors:
                self.add_error("fixed_on", "Geben Sie den Tag ein, an dem die Mail hinausgehen soll")
            try:
                local_moment(cleaned.get("fixed_on"), cleaned.get("at_time"))
            except SkippedHour as error:
                self.add_error("at_time", str(error))
        return cleaned

    @property
    def words(self) -> NoticeWords:
        """To whom and what, as the service takes it."""
        return NoticeWords(**{name: self.cleaned_data[name] for name in ("audience", "subject", "text")})

    def get_layout(self) -> Layout:
        """Whom, when, what."""
        return Layout("audience", Row("days", "anchor"), Row("fixed_on", "at_time"), "subject", "text")


class ReasonForm(PortalForm):
    """Why an organiser does what needs a reason."""

    reason = forms.CharField(label="Grund", max_length=300, help_text="Steht im Protokoll.")


def _known(text: str) -> str:
    unknown = unknown_placeholders(text)
    if unknown:
        raise ValidationError(f"„{unknown[0]}“ ist kein Platzhalter. Möglich sind {NAMES}")
    return text
