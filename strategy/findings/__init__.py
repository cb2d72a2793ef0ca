"""Findings: gaps that nobody typed, found by rules in what the functions wrote down.

Words: a *rule* looks at facts of inventory, journeys and plan and finds where they do not meet; a *finding* is
what it says about one subject (a channel, a hop, an initiative), with the facts it rests on; a *judgment* is what
a person made of it: a gap, or a reason to leave it. Invariants: findings are computed when read and never stored;
a judgment holds as long as the facts it was given on; a finding is open again when its gap is verified and the
facts have not changed, or when an accepted gap's time is over.
"""
