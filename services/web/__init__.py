"""Web: what people see and receive, and the only door to the world.

Answers for accounts and the roles they hold, for tokens, and for the way in: `/api/<service>/…` goes through the
door, which finds out who asks, lends them an actor token for that one service, and passes the call on; nothing else
in the estate has an address outside.

Hears `applications` (whoever registers an association may apply and sign for it), `review` and `payouts`.
Tells which accounts there are and which roles they were granted or lost. It knows nobody's name yet: an account is a
pseudonym.
"""
