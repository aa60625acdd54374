"""One example of every event ever published, as it was published: what is here must be readable for ever.

`<source>/<type>.json` holds the exact text of one event, on one line. The rule they guard:

- Events are only added to. A new field has a default; none is renamed, retyped or taken away; no type disappears.
- So no example here is ever changed or removed. When an event gets a new field, the old example stays as it is, and
  stands for all that were published before; a new one may be put beside it as `<type>.<what is new>.json`.
- A new event needs an example. Take its text from a journal, or let `python -m tests.events` make one up.
"""
