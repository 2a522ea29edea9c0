"""Reference data for the superuser; alliances, members and contacts are never edited here."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from core.search import sort_key
from verbuende.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """The shared names of leads, partners and employers."""

    list_display = ("name", "kind", "seat", "is_demo")
    list_filter = ("kind", "is_demo")
    search_fields = ("name", "short_name")

    def save_model(self, request: HttpRequest, obj: Organisation, form: ModelForm, change: bool) -> None:
        """Derive the key German lists are sorted by."""
        obj.sort_key = sort_key(obj.name)
        super().save_model(request, obj, form, change)
