"""The services, one room each, and the command that runs them."""
