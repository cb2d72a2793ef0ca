"""What is offered to whom: segments, the tree of contact types, and the matrix of access decisions.

Words: a *cell* is one segment, contact type and channel; its *decision* is preferred, supported, redirected (to
another channel) or deliberately not offered (with its reason); a cell without a row is *undecided*. Invariants:
a cell is in scope while its channel is not retired; *decision coverage* (AL-2) is decided cells of those in scope,
counted in `queries.coverage` alone; contact types never go round in a circle.
"""
