"""Checklists: what a mobile (or any) service must have, answered by every function.

Words: a *framework* is a list of *items* with an edition; a *run* asks its teams to answer it by a
day; an *answer* is one team's status for one item. Invariants: "not applicable" needs a reason;
items of a framework with answers never change, a new edition is a new framework row; results are
counts, n of d, with what does not apply and what is not answered apart.
"""
