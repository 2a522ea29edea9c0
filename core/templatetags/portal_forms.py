"""How the crispy template pack draws fields: Django's own ids and ARIA references, our classes."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

LAYOUT_CLASSES = ("choices--flat", "choices--cols", "choices--3")


@register.filter
def kind(field: BoundField) -> str:
    """Return how a field is drawn: hidden, check, choices, parts or control."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "parts" if isinstance(widget, forms.MultiWidget) else "control"


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw the input, select or textarea in our style, with the widget's own classes (in--s, in--xs) kept."""
    return field.as_widget(attrs={"class": f"in {field.field.widget.attrs.get('class', '')}".strip()})


@register.filter
def is_marked_optional(field: BoundField) -> bool:
    """Tell whether "(freiwillig)" stands behind the label; required fields carry no mark."""
    return not field.field.required and not field.field.disabled and getattr(field.form, "mark_optional", True)


@register.filter
def layout_class(field: BoundField) -> str:
    """Return the layout of choices the widget asks for: choices--flat, choices--cols (side by side), choices--3."""
    wished = field.field.widget.attrs.get("class", "").split()
    return " ".join(name for name in wished if name in LAYOUT_CLASSES)


@register.filter
def options(field: BoundField) -> list[dict[str, Any]]:
    """Return the choices of a radio or checkbox list: drawn input, label, and what a ChoiceWithHint adds."""
    return [_option(bound.data) for bound in field.subwidgets]


def _option(data: dict[str, Any]) -> dict[str, Any]:
    label = data["label"]
    attrs = {name: value for name, value in data["attrs"].items() if name not in ("class", "required", "aria-invalid")}
    if getattr(label, "reveals", False):
        attrs["data-reveals"] = True
    if getattr(label, "is_disabled", False):
        attrs["disabled"] = True
    return {
        "input": _input(type=data["type"], name=data["name"], value=data["value"], **attrs),
        "label": label,
        "hint": getattr(label, "hint", ""),
        "mark": getattr(label, "mark", ""),
    }


@register.filter
def check(field: BoundField) -> SafeString:
    """Draw one checkbox. Its name is the label's words alone; hint and error are its description, read once."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({**widget.attrs, "id": field.id_for_label})
    attrs.pop("required", None)
    value = field.value()
    if (sent := widget.format_value(value)) is not None:
        attrs["value"] = sent
    if widget.check_test(value):
        attrs["checked"] = True
    return _input(type="checkbox", name=field.html_name, **{"aria-labelledby": f"{field.id_for_label}_label"}, **attrs)


@register.filter
def parts(field: BoundField) -> list[dict[str, Any]]:
    """Return the inputs of a field made of several, each with its own label."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id})
    attrs.pop("required", None)
    context = widget.get_context(field.html_name, field.value(), attrs)
    drawn = []
    for label, part in zip(widget.part_labels, context["widget"]["subwidgets"], strict=True):
        part_attrs = {**part["attrs"], "class": f"in {part['attrs'].get('class', '')}".strip()}
        if part["value"] is not None:
            part_attrs["value"] = part["value"]
        html = _input(type=part["type"], name=part["name"], **part_attrs)
        drawn.append({"label": label, "id": part["attrs"]["id"], "input": html})
    return drawn


@register.filter
def target(field: BoundField) -> str:
    """Return the id a link in the error summary jumps to: the first input of the field, nothing for a hidden one."""
    return {"hidden": "", "choices": f"{field.auto_id}_0", "parts": f"{field.auto_id}_0"}.get(
        kind(field), field.id_for_label
    )


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """Count the sentences in the error summary."""
    return sum(len(errors) for errors in form.errors.values())


def _input(**attrs: Any) -> SafeString:
    return format_html("<input{}>", flatatt({name: value for name, value in attrs.items() if value is not False}))
