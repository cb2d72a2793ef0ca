"""Addresses under /s/<strategy>/gaps/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get
from strategy.gaps import views

app_name = "gaps"

urlpatterns = [
    path("", views.list_, name="list"),
    path("add/", views.add, name="add"),
    path("of/channel/<uuid:channel_uid>/", views.of_channel, name="of_channel"),
    path("of/journey/<uuid:journey_uid>/", views.of_journey, name="of_journey"),
    path("<uuid:uid>/", views.detail, name="detail"),
    path("<uuid:uid>/edit/", views.edit, name="edit"),
    path("<uuid:uid>/move/", views.move, name="move"),
]

ROUTES: Routes = {
    "gaps:list": get(Need.READER),
    "gaps:add": form(Need.CONTRIBUTOR),
    "gaps:of_channel": get(Need.READER),
    "gaps:of_journey": get(Need.READER),
    "gaps:detail": get(Need.READER),
    "gaps:edit": form(Need.CONTRIBUTOR),
    "gaps:move": {"GET": Need.READER, "POST": Need.CONTRIBUTOR},
}
