"""Self-service side by side: what customers can settle alone, on which self-service channel, and whether it
agrees.

Words: an *offer* says how much of a contact type one channel lets customers settle alone: full, in part,
none, or deliberately none with a reason; no offer: nobody has said. A contact type is *alike* when it is
offered to the same extent wherever it is not deliberately declined, and no two answers contradict.
Invariants: one save of many cells is one act of the history; a cell that somebody else changed meanwhile
stops the whole save and shows both.
"""
