"""Preview and apply of 20,000 rows against django-import-export's dry run of the same rows, in the same run.

`BENCH_FILE=/path/to/table.csv` with `BENCH_COLUMNS='{"columns": {...}, ...}'` (the mapping of an import of contact
types) measures that file as well.
"""

import json
import os

from benchmarks.place import databases, installation, shell

ROWS = int(os.environ.get("BENCH_ROWS", "20000"))

FILL = """
from tests.starting import start_strategy
from teams import actions
ada = actions.add_person(values={"name": "Ada", "email": "ada@bench.example", "is_superuser": True}, by=None)
for n in range(9):
    actions.add_team(values={"name": f"Team {n}", "slug": f"team-{n}", "function": "other"}, by=ada)
start_strategy(values={"name": "Bench", "slug": "bench"}, lead=ada, by=ada)
"""

TABLE = """
import csv, io, random
random.seed(7)
def table(kind):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if kind == "channels":
        writer.writerow(["name", "family", "mode", "life_cycle", "owner_team", "purpose", "vendor"])
        for n in range(ROWS):
            writer.writerow([f"Channel {n:05}", random.choice(["voice", "web", "app", "chat"]),
                random.choice(["assisted", "hybrid"]), "live", f"team-{n % 9}", "What it is for. " * 5, "Vendor"])
    else:
        writer.writerow(["code", "name", "description", "kind", "self_service"])
        for n in range(ROWS):
            writer.writerow([f"C{n:05}", f"Contact type {n:05}", "Why they call. " * 8, "information", "partly"])
    return out.getvalue()
"""

OURS = """
import datetime as dt, json, resource, time
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from strategy.exchange.sheets import actions, queries
from strategy.plan.models import Strategy
from teams.models import User
by = User.objects.get()
strategy = Strategy.objects.get()
today = dt.date(2026, 11, 22)
start, cpu = time.perf_counter(), time.process_time()
run = actions.upload(strategy=strategy, kind=KIND, name="bench.csv", data=DATA, source="bench", now=timezone.now(), by=by)
uploaded = time.perf_counter() - start
if MAPPING:
    actions.name_columns(run=run, mapping=MAPPING, by=by)
cpu = time.process_time() - cpu
with CaptureQueriesContext(connection) as seen:
    queries.plan_of(run, by=by, today=today)
cpu = time.process_time() - cpu
start = time.perf_counter()
actions.check_now(run=run, today=today, by=by)
checked = time.perf_counter() - start
cpu = time.process_time() - cpu
start = time.perf_counter()
actions.apply_now(run=run, today=today, by=by)
applied = time.perf_counter() - start
print(json.dumps({"upload": uploaded, "preview": checked, "apply": applied, "counts": run.counts, "queries": len(seen), "cpu": cpu,
    "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""

THEIRS = """
import json, resource, time
import tablib
from import_export import fields, resources, widgets
from strategy.inventory.models import Channel
from strategy.plan.models import ContactType, Strategy
from teams.models import Team
strategy = Strategy.objects.get()
class Channels(resources.ModelResource):
    owner_team = fields.Field("owner_team", "owner_team", widgets.ForeignKeyWidget(Team, "slug"))
    class Meta:
        model = Channel
        import_id_fields = ["name"]
        fields = ["name", "family", "mode", "life_cycle", "owner_team", "purpose", "vendor"]
    def before_save_instance(self, instance, row, **kwargs):
        instance.strategy = strategy
class ContactTypes(resources.ModelResource):
    class Meta:
        model = ContactType
        import_id_fields = ["code"]
        fields = ["code", "name", "description", "kind", "self_service"]
    def before_save_instance(self, instance, row, **kwargs):
        instance.strategy = strategy
start, cpu = time.perf_counter(), time.process_time()
data = tablib.Dataset().load(DATA.decode(), format="csv")
found = (Channels if KIND == "channels" else ContactTypes)().import_data(data, dry_run=True)
took, cpu = time.perf_counter() - start, time.process_time() - cpu
assert not found.has_errors() and found.totals["new"] == ROWS, found.totals
print(json.dumps({"preview": took, "cpu": cpu, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def run() -> None:
    """Measure and print."""
    print(
        f"\n## Imports: {ROWS} rows, ours against django-import-export's dry run of the same rows"
    )
    for name, url in databases().items():
        for kind in ("channels", "contact_types"):
            head = f"ROWS = {ROWS}\nKIND = {kind!r}\nMAPPING = None\n{TABLE}\nDATA = table(KIND).encode()\n"
            with installation(url) as environment:
                shell(environment, FILL)
                theirs = json.loads(shell(environment, head + THEIRS))
                ours = json.loads(shell(environment, head + OURS))
            mine = ours["upload"] + ours["preview"]
            print(
                f"{name}, {kind}: upload and preview {mine:.1f} s ({ours['queries']} queries to plan), "
                f"apply {ours['apply']:.1f} s, {ours['mb']:.0f} MB; theirs dry run {theirs['preview']:.1f} s, "
                f"{theirs['mb']:.0f} MB; ratio {theirs['preview'] / mine:.1f}x, "
                f"of processor time {theirs['cpu'] / ours['cpu']:.1f}x ({theirs['cpu']:.1f} s / {ours['cpu']:.1f} s)"
            )
        if path := os.environ.get("BENCH_FILE"):
            mapping = json.loads(os.environ["BENCH_COLUMNS"])
            head = f"KIND = 'contact_types'\nMAPPING = {mapping!r}\nDATA = open({path!r}, 'rb').read()\n"
            with installation(url) as environment:
                shell(environment, FILL)
                ours = json.loads(shell(environment, head + OURS))
            print(
                f"{name}, the given file: upload {ours['upload']:.1f} s, preview {ours['preview']:.1f} s, "
                f"apply {ours['apply']:.1f} s, {ours['mb']:.0f} MB; {ours['counts']}"
            )


if __name__ == "__main__":
    run()
