"""Who is told of what has happened, and by which way: the inbox, mail, webhooks of bodies.

Nothing is decided here about reports or tasks: the journal says what happened (the sealer hands on each entry once, in a transaction of its
own), and from it, a little later and in transactions of this room, come rows for those whom it concerns.
"""
