"""Customer journeys across the channels.

Words: a *journey* has *stages*, a stage has *steps*; *lanes* run across all steps and have a kind
(text, channel, team, emotion, pain); a *cell* is what one lane says about one step; a *board*
shows them all. Invariants: every step has one cell in every lane from the moment it exists, so two
people can never create the same cell twice; order is a sparse position; whatever changes a board
grows its revision in the same transaction.
"""
