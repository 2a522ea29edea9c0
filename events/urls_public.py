"""Addresses for visitors and invited people. Merged by events.urls."""

from django.urls import path

from events.views import answer, registration
from events.views import public as pages

public = [
    path("veranstaltungen/", pages.EventList.as_view(), name="event-list"),
    path("veranstaltungen/reihen/<slug:slug>/", pages.SeriesDetail.as_view(), name="series-detail"),
    path("veranstaltungen/<slug:slug>/", pages.EventDetail.as_view(), name="event-detail"),
    path("veranstaltungen/<slug:slug>/druck/", pages.EventPrint.as_view(), name="event-print"),
    path("veranstaltungen/<slug:slug>/kalender.ics", pages.EventCalendar.as_view(), name="event-calendar"),
    path(
        "veranstaltungen/<slug:event>/anmelden/", registration.RegistrationCreate.as_view(), name="registration-create"
    ),
    path(
        "veranstaltungen/<slug:event>/anmelden/eingegangen/",
        registration.RegistrationReceived.as_view(),
        name="registration-received",
    ),
    path("e/<str:token>/", answer.Answer.as_view(), name="answer"),
    path("e/<str:token>/aendern/", answer.AnswerChange.as_view(), name="answer-change"),
    path("e/<str:token>/absagen/", answer.AnswerCancel.as_view(), name="answer-cancel"),
    path("e/<str:token>/kalender.ics", answer.AnswerCalendar.as_view(), name="answer-calendar"),
    path("b/<str:token>/", answer.AddressProof.as_view(), name="address-proof"),
]
