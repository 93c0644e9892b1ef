"""A real Postfix from Debian with directories of its own: the machine's own mail is neither read nor changed."""
