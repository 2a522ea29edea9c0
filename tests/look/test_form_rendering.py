"""The crispy template pack: the error and form patterns of GOV.UK and KERN, drawn as look/antwort-fehler shows them."""

import re

from crispy_forms.layout import Div, Fieldset, Layout
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template

from core.forms import ChoiceWithHint, PortalForm, SplitLocalDateTimeField


class Answer(PortalForm):
    name = forms.CharField(label="Name der Vertretung", error_messages={"required": "Geben Sie den Namen ein"})
    email = forms.EmailField(label="E-Mail", help_text="Dorthin senden wir die Bestätigung.")
    at = SplitLocalDateTimeField(label="Beginn")
    place = forms.ChoiceField(
        label="Vor Ort oder online?",
        choices=[
            ("site", ChoiceWithHint("Vor Ort", "noch 8 von 40 Plätzen")),
            ("online", ChoiceWithHint("Online", mark="Ausgebucht", is_disabled=True)),
            ("deputy", ChoiceWithHint("Vertretung <b>", reveals=True)),
        ],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label="Themen",
        choices=[("a", "A")],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--flat"}),
        required=False,
    )
    remark = forms.CharField(label="Bemerkung", widget=forms.Textarea, required=False)
    photos = forms.BooleanField(label="Fotos dürfen erscheinen", help_text="Nein? Grauer Punkt.", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def draw(form: forms.BaseForm) -> str:
    """Draw a form as a page does, without the line breaks between the pieces."""
    return re.sub(r"\s*\n\s*", "", render_crispy_form(form))


def test_label_hint_error_and_control_belong_together() -> None:
    html = draw(Answer({"email": "mara.muster@example", "name": ""}))
    assert '<label for="id_name">Name der Vertretung</label>' in html
    assert '<div id="id_name_error"><p class="err">' in html
    assert '<span class="vh">Fehler: </span>Geben Sie den Namen ein' in html
    email = re.search(r'<input[^>]*name="email"[^>]*>', html)[0]
    for part in ('type="email"', 'autocomplete="email"', 'spellcheck="false"', 'maxlength="254"', 'class="in"',
                 'aria-describedby="id_email_helptext id_email_error"', 'aria-invalid="true"',
                 'value="mara.muster@example"'):  # fmt: skip
        assert part in email
    assert '<p class="hint" id="id_email_helptext">' in html


def test_every_reference_resolves_and_every_id_is_unique() -> None:
    for form in (Answer(), Answer({})):
        html = Template('{% include "components/form.html" with form=form csrf_token="x" only %}').render(
            Context({"form": form})
        )
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        references = re.findall(r'\s(?:for|aria-describedby|aria-labelledby)="([^"]+)"', html)
        assert {each for reference in references for each in reference.split()} <= set(ids)
        assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_only_optional_fields_are_marked_and_nothing_is_preselected() -> None:
    html = draw(Answer())
    marked = re.findall(r'(?:<label[^>]*>|<legend[^>]*>)([^<]*) <span class="opt">\(freiwillig\)', html)
    assert marked == ["Themen", "Bemerkung"]
    assert "checked" not in html
    assert "required" not in html


def test_choices_stand_in_a_fieldset_with_their_explanations() -> None:
    html = draw(Answer({"place": "", "name": "x"}))
    fieldset = re.search(r'<fieldset[^>]*aria-describedby="id_place_error"[^>]*>.*?</fieldset>', html)[0]
    assert '<fieldset class="group field--err"' in fieldset
    assert "<legend>Vor Ort oder online?</legend>" in fieldset
    assert "<b>Vor Ort</b> <span>noch 8 von 40 Plätzen</span>" in fieldset
    assert "Ausgebucht</span>" in fieldset
    assert re.search(r'<input[^>]*value="online"[^>]*disabled[^>]*>', fieldset)
    assert re.search(r'<input[^>]*value="deputy"[^>]*data-reveals[^>]*>', fieldset)
    assert "Vertretung &lt;b&gt;" in fieldset
    assert "aria-invalid" not in fieldset


def test_a_checkbox_is_named_by_its_label_and_described_by_its_hint() -> None:
    html = draw(Answer({"photos": "on"}))
    box = re.search(r'<input[^>]*name="photos"[^>]*>', html)[0]
    assert 'aria-labelledby="id_photos_label"' in box
    assert 'aria-describedby="id_photos_helptext"' in box
    assert "checked" in box


def test_date_and_time_are_two_labelled_inputs() -> None:
    html = draw(Answer({"at_date": "24.11.", "at_time": "14 Uhr"}))
    assert '<legend class="label">Beginn</legend>' in html
    assert '<label for="id_at_0">Datum<input' in html
    assert 'name="at_time"' in html
    assert 'value="24.11."' in html
    assert 'value="14 Uhr"' in html


def test_the_summary_says_the_same_and_leads_to_the_first_input() -> None:
    form = Answer({"email": "x@example.org"})
    html = Template('{% include "components/error_summary.html" with form=form only %}').render(Context({"form": form}))
    assert "Bitte prüfen Sie drei Angaben" in html
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert '<a href="#id_name">Geben Sie den Namen ein</a>' in html
    assert '<a href="#id_at_0">' in html
    assert '<a href="#id_place_0">' in html
    assert "Ihre übrigen Angaben sind erhalten" in html


def test_a_refusal_of_the_whole_form_is_no_wrong_field() -> None:
    class Small(PortalForm):
        pass

    form = Small({})
    form.add_error(None, "Die Frist ist am 12. Februar abgelaufen.")
    html = Template('{% include "components/error_summary.html" with form=form only %}').render(Context({"form": form}))
    assert "Bitte beachten Sie" in html
    assert "<li>Die Frist ist am 12. Februar abgelaufen.</li>" in html


def test_layouts_group_fields_without_doubling_hidden_ones() -> None:
    class Laid(Answer):
        def get_layout(self) -> Layout:
            return Layout(Fieldset("Wer kommt?", "name", "email"), Div("place", "photos", css_class="choices"), "at")

    html = draw(Laid())
    assert '<fieldset class="group" ><legend>Wer kommt?</legend><div class="field">' in html
    assert html.count('name="secret"') == 1
    assert 'name="remark"' not in html


def test_the_pack_escapes_what_people_typed() -> None:
    html = draw(Answer({"name": '"><script>', "remark": "</textarea><script>", "at_date": '"><script>'}))
    assert "<script>" not in html


def test_a_form_of_somebody_else_looks_like_ours() -> None:
    class Foreign(forms.Form):
        login = forms.EmailField(label="E-Mail")

    source = '{% include "components/form.html" with form=form csrf_token="x" submit="Anmelden" only %}'
    html = Template(source).render(Context({"form": Foreign()}))
    assert html.count("<form") == 1
    assert html.count("csrfmiddlewaretoken") == 1
    assert '<input type="email" name="login"' in html
    assert '<button class="btn">Anmelden</button>' in html
