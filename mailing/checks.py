"""System check: every kind of mail can be found, told apart and rendered."""

import re
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.utils.module_loading import import_string

PARTS = ("subject.txt", "body.txt", "body.html")


def check_purposes(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse to start with a mail class that is missing, doubled or without templates."""
    errors: list[CheckMessage] = []
    names: Counter[str] = Counter()
    for path in settings.MAIL_PURPOSES:
        try:
            purpose = import_string(path)
        except ImportError as error:
            errors.append(Error(f"MAIL_PURPOSES: {path} cannot be imported: {error}", id="mailing.E001"))
            continue
        name = getattr(purpose, "name", "")
        names[name] += 1
        if not re.fullmatch(r"[a-z]+\.[a-z_]+", name):
            errors.append(Error(f"{path}: name {name!r} does not read like 'events.invitation'", id="mailing.E002"))
        errors += _check_templates(path, purpose)
    errors += [
        Error(f"MAIL_PURPOSES: {count} classes are called {name!r}", id="mailing.E003")
        for name, count in names.items()
        if count > 1
    ]
    return errors


def _check_templates(path: str, purpose: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    for part in PARTS:
        try:
            get_template(f"{getattr(purpose, 'template', '')}/{part}")
        except (TemplateDoesNotExist, TemplateSyntaxError) as error:
            errors.append(Error(f"{path}: template {part} cannot be used: {error}", id="mailing.E004"))
    return errors
