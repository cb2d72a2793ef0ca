"""The strategy file: a whole strategy as one YAML document, in and out, and the demo company as such a file.

Words: a *problem* is one thing wrong in a file, with its line, its path and a sentence; a *document* is the text
read into plain values, with the line of each. Invariants: every problem is listed, not the first one; nothing is
half-imported; export, import elsewhere and export again give the same bytes; grants, passwords and history stay
out of the file.

From the text to the rows: `reading` (YAML and its limits), `shape` (the JSON Schema in words), `rows` (references,
rules, unsaved rows; one module for each topic); back again: `writing`. `upgrades` brings older formats here.
"""
