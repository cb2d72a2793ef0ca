"""Who changed what, when: before and after of every tracked row, grouped as one change set, and undo.

Words: a *tracked* row has a random `uid` and a `version`; a *change set* is one act of one person; a *change*
is what it did to one row. Invariants: written in the same transaction as the change itself; no foreign key to
what it describes, so that history outlives it; codes and uids are stored, names are looked up when it is read.
"""
