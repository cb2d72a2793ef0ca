"""People and authority.

Words: a *team* is a function that owns ways in (mobile, contact center, ...); a *membership* puts a person in
it; a *strategy role* (reader, contributor, editor, lead) says what a person or a whole team may do in one
strategy; a *grant* shares one channel or journey with a person or team. Invariants: one policy (`access`)
answers every question; a team's auth group is kept in step by the membership actions only.
"""
