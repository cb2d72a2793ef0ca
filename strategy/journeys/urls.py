"""Addresses under /s/<strategy>/journeys/."""

from portal.lib.routes import Routes

app_name = "journeys"
urlpatterns: list = []
ROUTES: Routes = {}
