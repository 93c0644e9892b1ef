"""E-mail through a real Postfix: how fast, how much faster than a plain loop, what comes back, and who is lost."""
