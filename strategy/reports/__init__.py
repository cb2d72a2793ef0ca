"""Alignment reports: a frozen copy of the strategy, drawn as a PDF by the worker.

Words: a *report* is one request; its *snapshot* is the frozen data (JSON), stored before anything is drawn;
its *front* is the page for executives; the *file* is the PDF. Invariants: drawing reads the snapshot and
nothing else; the same snapshot gives the same bytes; a finished report never changes; the file on disk has
the SHA-256 that the row says, or it is not sent.

From the tables to the page: `snapshot` (reads at one moment), `figures` (what follows from it, without a
database), `drawing` (HTML), `render` (PDF, in a child process), `store` (the folder).
"""
