"""Addresses of the events app: the public's first, then the organisers'."""

from events.urls_manage import manage
from events.urls_public import public

app_name = "events"
urlpatterns = [*public, *manage]
