"""The page about imports describes every field. UPDATE_DOCS=1 writes it anew."""

import os
import re
from pathlib import Path

from strategy.exchange.sheets.kinds import KINDS

PAGE = Path(__file__).resolve().parents[4] / "docs" / "imports.md"


def reference() -> str:
    lines = []
    for kind in KINDS.values():
        lines += [
            f"### {kind.label} (`{kind.key}`)",
            "",
            "| Column | Field | What may stand in it |",
            "|---|---|---|",
        ]
        for one in kind.fields:
            needed = " Needed for a new row." if one.is_required else ""
            said = f"{one.takes}{needed}".replace("|", "\\|")
            lines.append(f"| `{one.key}` | {one.label} | {said} |")
        lines += [
            f"| `{one.key}` | {one.label} | Worked out: exported, and left alone by an import. |"
            for one in kind.computed.values()
        ]
        lines.append("")
    return "\n".join(lines)


def test_the_docs_name_every_field_as_it_is():
    text = PAGE.read_text(encoding="utf-8")
    pattern = r"(<!-- fields: [^\n]*-->\n).*?(<!-- end of fields -->)"
    wanted = re.sub(
        pattern, lambda found: f"{found[1]}\n{reference()}\n{found[2]}", text, flags=re.S
    )
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(wanted, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == wanted, "Run this test with UPDATE_DOCS=1"
