"""The strategy file: a whole strategy as one YAML document, in and out.

Words: the *format version* stands at the top of the file; every error has a path and a line. Invariants: nothing
is half-imported; export then import gives the same strategy; grants and history stay out of the file.
"""
