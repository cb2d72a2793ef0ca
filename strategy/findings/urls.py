"""Addresses under /s/<strategy>/findings/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.findings import views

app_name = "findings"

urlpatterns = [
    path("", views.list_, name="list"),
    path("of/channel/<uuid:channel_uid>/", views.of_channel, name="of_channel"),
    path("of/journey/<uuid:journey_uid>/", views.of_journey, name="of_journey"),
    path("of/initiatives/", views.of_initiatives, name="of_initiatives"),
    path("<slug:rule>/<uuid:subject_uid>/accept/", views.accept, name="accept"),
    path("<slug:rule>/<uuid:subject_uid>/leave/", views.leave, name="leave"),
    path("<slug:rule>/<uuid:subject_uid>/reopen/", views.reopen, name="reopen"),
]

ROUTES: Routes = {
    "findings:list": get(Need.READER),
    "findings:of_channel": get(Need.READER),
    "findings:of_journey": get(Need.READER),
    "findings:of_initiatives": get(Need.READER),
    "findings:accept": post(Need.CONTRIBUTOR),
    "findings:leave": form(Need.CONTRIBUTOR),
    "findings:reopen": post(Need.CONTRIBUTOR),
}
