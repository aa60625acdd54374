"""Support persons: asked by letter to help with one draft, let in by its link, and out again.

Whom a letter went to is kept sealed until it is answered, and no longer. That somebody helped, and who by their
pseudonym, are facts: they concern the case that the draft becomes.
"""
