"""Lists as tables: import of CSV and XLSX with a preview, and export of exactly what a list shows.

Words: a *kind* is what the rows of a table are; a *field* is one of its columns, with how a cell is read
and written; a *sheet* is a file read into texts; a *plan* is what an import would do, row by row; a *run*
is one uploaded file on its way. Invariants: a row is imported or listed with every reason why not; a cell
that says what stands there already changes nothing, so an export that comes back unchanged changes nothing;
what is applied is what the preview showed, in one act; formulas are text.

From bytes to rows: `files` (bytes to a sheet), `fields` and `kinds` (cells to values), `planning` and `figures`
(rows to a plan), `actions`; back again: `writing`.
"""
