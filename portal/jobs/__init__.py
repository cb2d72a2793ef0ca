"""Work that takes longer than a click.

A *job* is a row. It is *queued* until a worker claims it, *running* while a lease holds, and ends
as *done*, *failed* or *canceled*. A Celery message carries nothing: it only rings at a worker's
door.

What always holds:
- A row is written in the transaction of whoever asks for the work; nothing else is needed to get it
  done.
- At most one worker holds a job. Who lost the lease cannot write to the row any more.
- The package knows no kind of job by name; a kind is a function registered with `@handler("kind")`.
"""
