"""Service gaps through their life.

Words: a *gap* is something a customer suffers where the ways in do not meet; it has one accountable
person, a due date and a state; its date *slips* when it is moved later. Invariants: only the moves
of `rules.MOVES` happen; who fixed it does not verify it; accepted needs a reason and an end;
blocked needs on whom; the first promised date is kept forever.
"""
