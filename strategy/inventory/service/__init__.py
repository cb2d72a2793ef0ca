"""What channels promise and what was measured: objectives, figures, and the dictionary of metrics.

Words: a *metric* says how a figure is counted; an *objective* is a promise with all that makes it comparable; a
*figure* is a measurement as it is shown, its ratio worked out from two counts.
Invariants: ratios of several periods or points come from summed counts, never from averages; what is not known is
said in words, never shown as zero or left blank; two objectives compare only when six qualifiers agree.
"""
