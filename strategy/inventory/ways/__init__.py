"""The ways between channels side by side: as a list, and as a matrix from channel by to channel.

Words: the *worst fact* of a transition decides how its cell looks; a transition is *stale* when nobody tested
it in the last 90 days. Invariants: list and matrix show the same transitions under the same filters; a matrix
never draws more than 60 rows and 60 columns, and says what it leaves out.
"""
