"""Addresses under /s/<strategy>/checklists/."""

from portal.lib.routes import Routes

app_name = "checklists"
urlpatterns: list = []
ROUTES: Routes = {}
