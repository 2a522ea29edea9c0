"""The URLconf as local mode has it: with the demo's addresses."""

from django.urls import include, path

from config.urls import urlpatterns as ours

handler500 = "core.errors.server_error"
urlpatterns = [*ours, path("demo/", include("demo.urls"))]
