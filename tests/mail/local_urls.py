"""The portal's addresses as the local mode has them, with the demo mailbox."""

from django.urls import include, path

from config.urls import handler500
from config.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler500", "urlpatterns"]

urlpatterns = [*portal_urlpatterns, path("demo/", include("demo.urls"))]
