"""Workers killed at every moment, and what became of the people; see docs/delivery-under-kills.md."""
