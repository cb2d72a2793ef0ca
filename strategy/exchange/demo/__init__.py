"""The demo company: its strategy file, and the loader that plays its history.

Invariant: what stands at the end is what `larkfield.yaml` says, moved to the day of loading. The
loader only decides when and by whom each thing was written: it takes back what the file says, lets
the first day begin with that, and then plays the months in order, one act after the other.
"""
