"""One table."""

from django.db import models


class BareRegistration(models.Model):
    """Somebody who registered."""

    name = models.CharField(max_length=150)
    email = models.EmailField()
    organisation = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "baseline"

    def __str__(self) -> str:
        return self.name
