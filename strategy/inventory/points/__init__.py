"""Access points: the very numbers, pages, inboxes, handles and places that customers use, and when they are open.

Words: a *point* belongs to one channel and may serve many contact types, so its volume is counted once; who
answers for it is the channel's owner unless it names one. Its *hours* are a text that people type or a week that
they fill in; a *calendar* holds the days on which it is closed, *exceptions* the days with other hours.
Invariants: the text of the hours is the truth, readable or not; nobody is told that something is open unless
hours, time zone, calendar and exceptions can all be read.
"""
