"""The URLs of the local mode, which config.urls adds only where PORTAL_LOCAL is on at start."""

from django.urls import include, path

from config.urls import urlpatterns as real_patterns

urlpatterns = [*real_patterns, path("demo/", include("demo.urls"))]
