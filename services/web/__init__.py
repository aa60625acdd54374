"""Web: what people see and receive, and the only door to the world.

Answers for accounts and the roles they hold, for tokens, for letters, and for the way in: `/api/<service>/…` goes
through the door, which finds out who asks, lends them an actor token for that one service, and passes the call on;
nothing else in the estate has an address outside.

Hears `applications` (whoever registers an association may apply and sign for it), `review` and `payouts`: what happens
there makes letters due. Tells which accounts there are, which roles they were granted or lost, and how letters went.
Who people are and what letters say stands in its store alone.
"""
