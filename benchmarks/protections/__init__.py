"""Protections of the code, taken out one by one, to see which of them no test would miss."""
