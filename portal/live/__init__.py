"""What the pages of several people need to stay in step.

Words: a *revision* is a number per scope (a journey, a strategy) that grows with every saved edit; a page that
shows the scope asks for it every second with a signed token and fetches its fragment again when it
has grown.
"""
