"""Starting a strategy from a starter kit, with the functions that take part and the people invited for them.

Words: a *kit* is a strategy file that is brought in as drafts; a *function* is a row of the start page: a team
that is here already, one of the usual ones, or one typed by name. Invariants: a strategy starts whole or not at
all; what nobody picked owns nothing; nothing that comes from a kit counts as reviewed.
"""
