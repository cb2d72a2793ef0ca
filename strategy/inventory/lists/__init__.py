"""The list of channels, worked on as a list: filtered, arranged, kept as views, and changed many rows at a time.

A *condition* is a field, a *modifier* (is, is not, contains, empty, ...) and a value; it stands in the address as
`field=value` or `field__modifier=value`. Several values of "is" mean any of them; everything else must hold
together. A *view* keeps conditions, columns and order under a name. What is changed for many rows is one act: all
of it is saved, or nothing.
"""
