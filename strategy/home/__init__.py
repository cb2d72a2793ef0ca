"""The front door: pages that read every slice below.

Words: a *visit* says up to which act a person has seen what others changed on theirs. Invariant: reading writes
nothing; only the person says that something is seen, and only of what they were shown.
"""
