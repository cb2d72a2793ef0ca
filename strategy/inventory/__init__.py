"""The channel inventory: every way in, who owns it, and how a customer gets from it to a person.

Words: a *channel* is a way in or out (family plus flags: self-service or assisted, at once or later); its *agent
route* says how a customer in it reaches a person; a *measurement* is one figure of one month with a status.
Invariants: names are unique in a strategy; a volume is a measurement, never a field; zero, no data, not
applicable and suppressed are four different things.
"""
