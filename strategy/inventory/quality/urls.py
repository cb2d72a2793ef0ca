"""Addresses of data quality, under /s/<strategy>/channels/."""

from django.urls import path

from portal.lib.routes import Need, Routes, get
from strategy.inventory.quality import views

urlpatterns = [
    path("quality/", views.quality, name="quality"),
    path("quality/figures/", views.figures, name="quality_figures"),
    path("quality/of/<uuid:channel_uid>/", views.of_channel, name="quality_of_channel"),
]

ROUTES: Routes = {
    "inventory:quality": get(Need.READER),
    "inventory:quality_figures": get(Need.READER),
    "inventory:quality_of_channel": get(Need.READER),
}
