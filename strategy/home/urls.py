"""Addresses of the front door, under /s/<strategy>/."""

from django.urls import path

from portal.lib.routes import Need, Routes, get, post
from strategy.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("mine/", views.mine, name="mine"),
    path("history/", views.history, name="history"),
    path("history/<uuid:uid>/undo/", views.undo, name="undo"),
]

ROUTES: Routes = {
    "home": get(Need.READER),
    "mine": get(Need.READER),
    "history": get(Need.READER),
    "undo": post(Need.CONTRIBUTOR),
}
