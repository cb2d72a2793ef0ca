"""Addresses of the front door, under /s/<strategy>/; the glossary is the same for all."""

from django.urls import path

from portal.lib.routes import Need, Routes, get, post
from strategy.home import views

organization_patterns = [
    path("glossary/", views.glossary, name="glossary"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("next/hide/", views.hide_next_steps, name="hide_next_steps"),
    path("components/<slug:code>/numbers/", views.component_numbers, name="component_numbers"),
    path("mine/", views.mine, name="mine"),
    path("search/", views.search, name="search"),
    path("mine/seen/", views.mine_seen, name="mine_seen"),
    path("history/", views.history, name="history"),
    path("history/<uuid:uid>/undo/", views.undo, name="undo"),
]

ROUTES: Routes = {
    "glossary": get(Need.SIGNED_IN),
    "home": get(Need.READER),
    "hide_next_steps": post(Need.LEAD),
    "component_numbers": get(Need.READER),
    "mine": get(Need.READER),
    "search": get(Need.READER),
    "mine_seen": post(Need.READER),
    "history": get(Need.READER),
    "undo": post(Need.CONTRIBUTOR),
}
