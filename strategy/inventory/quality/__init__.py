"""Data quality: what in the inventory cannot be right, what nobody can rely on, and what looks strange.

Words: a *problem* is one line that a rule says, with what to do about it; an *error* cannot be true, a *warning*
leaves something that cannot be relied on, a *suggestion* may be right and should be looked at. Invariants:
nothing is written here, a problem ends when what it speaks of is mended; rules are plain Python over facts, the
same for what is stored and for what an import is about to store.
"""
