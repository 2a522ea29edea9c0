"""The address books: the centre's and those of the alliances."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse

from core.access import Access
from core.exports import csv_response, xlsx_response
from core.views import Action, Create, List, Update
from verbuende.filters import ContactFilter
from verbuende.forms import ContactForm
from verbuende.models import Contact
from verbuende.services import contacts as services

# The entry of the menu these pages belong to.
SECTION = {"section": "contacts"}
EXPORTS = {"csv": csv_response, "xlsx": xlsx_response}
EXPORT_HEADER = (
    *("Anrede", "Name", "Organisation", "Funktion", "Rolle", "E-Mail-Adresse", "Telefon", "Land", "Branchen"),
    *("Verbund", "Adressbuch", "wird angeschrieben", "veröffentlicht", "Herkunft"),
)


class ContactList(List):
    """The books this person works with, filtered."""

    access = Access.VIEW
    model = Contact
    filterset_class = ContactFilter
    extra_context = SECTION
    template_name = "verbuende/contact_list.html"

    def refine_queryset(self, queryset: QuerySet[Contact]) -> QuerySet[Contact]:
        """Leave out what other alliances have published; say which rows may be edited."""
        editable = Contact.objects.editable_by(self.request.user).filter(pk=OuterRef("pk"))
        return (
            queryset.in_books_of(self.request.user)
            .select_related("organisation", "verbund", "owner")
            .annotate(is_editable=Exists(editable))
            .order_by("-is_active", "sort_key", "pk")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell which books there are to write in."""
        return super().get_context_data(books=services.books_of(self.request.user), **kwargs)


class ContactExport(ContactList):
    """The filtered list as a file; every export is written to the journal."""

    paginate_by = None

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """Answer with the file asked for."""
        export = EXPORTS.get(self.kwargs["format"])
        if export is None:
            raise Http404
        rows = list(context["object_list"])
        services.note_export(contacts=rows, actor=self.request.user)
        return export("kontakte", EXPORT_HEADER, map(_export_row, rows))


class _ContactEdit:
    """What creating and changing share."""

    access = Access.EDIT
    model = Contact
    form_class = ContactForm
    extra_context = SECTION
    template_name = "verbuende/contact_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Hand the user to the form; who writes no book has no such page."""
        user: AbstractBaseUser = self.request.user
        if not services.books_of(user):
            raise Http404
        return super().get_form_kwargs() | {"user": user}

    def get_success_url(self) -> str:
        """Return to the list."""
        return reverse("verbuende:contact-list")


class ContactCreate(_ContactEdit, Create):
    """Put a person into the book."""

    success_message = "Gespeichert. Der Kontakt steht im Adressbuch."

    def perform(self, form: ContactForm) -> Contact:
        """Create the contact."""
        fields = {name: value for name, value in form.cleaned_data.items() if name not in {"owner", "version"}}
        return services.create_contact(owner=form.cleaned_data.get("owner"), actor=self.request.user, **fields)


class ContactUpdate(_ContactEdit, Update):
    """Change a contact."""

    success_message = "Gespeichert. Die Änderung steht im Adressbuch."

    def perform(self, form: ContactForm) -> Contact:
        """Change what the form says."""
        fields = dict(form.cleaned_data)
        version = fields.pop("version")
        return services.update_contact(contact=self.object, version=version, actor=self.request.user, fields=fields)


class ContactDeactivate(Action):
    """Ask, then write to this person no more."""

    access = Access.EDIT
    model = Contact
    extra_context = SECTION
    template_name = "verbuende/contact_deactivate.html"
    success_message = "Stillgelegt. Die Person wird nicht mehr angeschrieben und steht auf keiner öffentlichen Seite."

    def perform(self, obj: Contact) -> Contact:
        """Deactivate."""
        return services.deactivate_contact(contact=obj, actor=self.request.user)

    def get_success_url(self) -> str:
        """Return to the list."""
        return reverse("verbuende:contact-list")


class ContactReactivate(Action):
    """Write to this person again."""

    access = Access.EDIT
    model = Contact
    success_message = "Die Person wird wieder angeschrieben. Veröffentlicht ist der Kontakt nicht."

    def perform(self, obj: Contact) -> Contact:
        """Reactivate."""
        return services.reactivate_contact(contact=obj, actor=self.request.user)

    def get_success_url(self) -> str:
        """Return to the contact."""
        return reverse("verbuende:contact-update", args=[self.object.pk])


def _export_row(contact: Contact) -> list[Any]:
    return [
        contact.get_salutation_display() if contact.salutation else "",
        contact.name,
        contact.organisation_name,
        contact.function,
        contact.get_role_display(),
        contact.email,
        contact.phone,
        contact.get_state_display() if contact.state else "",
        contact.sectors,
        str(contact.verbund or ""),
        str(contact.owner or "Koordinierungszentrum"),
        contact.is_active,
        contact.is_published,
        contact.source,
    ]
