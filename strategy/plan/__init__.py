"""The strategy and its ten components.

Words: a *strategy* is the one framework by which customers and the organization reach each other; a *component*
is one of its ten parts, with an owning team, a text, the day the text was last *updated* and the day it was last
*reviewed*. Invariants: reviewing is not editing; the ten components exist from the start and are never deleted.
"""
