"""HTML as a browser sees it: how a template is laid out in its file makes no difference."""

import re


def squeeze(html: str) -> str:
    """Return the HTML with white space between and inside tags taken out, and single blanks in text."""
    html = re.sub(r"\s+", " ", html)
    html = re.sub(r" ?(/?>)", r"\1", html)
    return re.sub(r"> | <", lambda found: found[0].strip(), html).strip()
