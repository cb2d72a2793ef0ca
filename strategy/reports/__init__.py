"""Alignment reports: a frozen copy of the strategy, drawn as a PDF by the worker.

Words: a *report* is one request; its *snapshot* is the frozen data (JSON), stored before anything is drawn; the
*file* is the PDF. Invariants: drawing reads the snapshot and nothing else; a finished report never changes; the
file on disk has the sha256 that the row says.
"""
