"""Addresses of the directory and the address books."""

from django.urls import path

from verbuende.views import contacts, public

app_name = "verbuende"
urlpatterns = [
    path("verbuende/", public.VerbundList.as_view(), name="verbund-list"),
    path("verbuende/<slug:slug>/", public.VerbundDetail.as_view(), name="verbund-detail"),
    path("verbuende/<slug:verbund>/team/", public.VerbundTeam.as_view(), name="verbund-team"),
    path("arbeitsplatz/kontakte/", contacts.ContactList.as_view(), name="contact-list"),
    path("arbeitsplatz/kontakte/neu/", contacts.ContactCreate.as_view(), name="contact-create"),
    path("arbeitsplatz/kontakte/export/<slug:format>/", contacts.ContactExport.as_view(), name="contact-export"),
    path("arbeitsplatz/kontakte/<int:pk>/", contacts.ContactUpdate.as_view(), name="contact-update"),
    path("arbeitsplatz/kontakte/<int:pk>/stilllegen/", contacts.ContactDeactivate.as_view(), name="contact-deactivate"),
    path(
        "arbeitsplatz/kontakte/<int:pk>/wieder-anschreiben/",
        contacts.ContactReactivate.as_view(),
        name="contact-reactivate",
    ),
]
