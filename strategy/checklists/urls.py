"""Addresses under /s/<strategy>/checklists/."""

from django.urls import path

from portal.lib.routes import Need, Routes, get
from strategy.checklists import views

app_name = "checklists"

urlpatterns = [
    path("", views.list_, name="list"),
]

ROUTES: Routes = {
    "checklists:list": get(Need.READER),
}
