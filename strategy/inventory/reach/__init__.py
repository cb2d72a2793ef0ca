"""Agent reachability: from each self-service channel, does a customer reach a person at a given hour, and how?

Words: a *hop* is one way from a channel to the next, a transition or the channel's own way to a person;
*taps* are what the customer presses on the way. Invariants: hours that nobody wrote down are never taken for
open; a way that is recorded as broken, not built or decided against is a wall, whatever the channel says of
its way to a person.
"""
