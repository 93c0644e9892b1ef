"""An honest local imitation of the chat network, for demonstrations and tests; it stands alone."""
