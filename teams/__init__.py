"""People and authority.

Words: a *team* is a function that owns ways in (mobile, contact center, ...); a *membership* puts a person in
it; a *strategy role* (reader, contributor, editor, strategy lead) says what a person or a whole team may do in one
strategy; a *grant* shares one channel or journey with a person or team; an *invitation* is a link that brings one
person into a strategy and a team, once. Invariants: one policy (`access`) answers every question; a team's auth
group is kept in step by the membership actions only; an invitation gives nothing that its inviter could not give
when it is accepted.
"""
