"""The generated column that lists are searched by."""

from django.db import models
from django.db.models.functions import Concat


def search_column(*fields: str) -> models.GeneratedField:
    """Return a column with the fields' text folded both ways: "ü" is found as "ue" and as "u" (core.search)."""
    parts: list[models.F | models.Value] = []
    for field in fields:
        parts += [models.F(field), models.Value(" ")]
    text = Concat(*parts, output_field=models.TextField())
    return models.GeneratedField(
        expression=Concat(
            models.Func(text, function="portal_fold"),
            models.Value(" "),
            models.Func(text, function="portal_fold_plain"),
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
