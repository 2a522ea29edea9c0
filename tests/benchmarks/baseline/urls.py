"""Three addresses."""

from django.urls import path

from tests.benchmarks.baseline import views

urlpatterns = [path("", views.page), path("anmelden/", views.register), path("danke/", views.thanks)]
