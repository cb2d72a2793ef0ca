"""Addresses under /s/<strategy>/reports/."""

from portal.lib.routes import Routes

app_name = "reports"
urlpatterns: list = []
ROUTES: Routes = {}
