"""The Django admin holds reference data, never what belongs to an alliance, nor mails (DESIGN §3)."""

from django.contrib import admin

REFERENCE_DATA = {"verbuende.Organisation"}


def test_the_admin_registers_reference_data_only():
    assert {model._meta.label for model in admin.site._registry} == REFERENCE_DATA
