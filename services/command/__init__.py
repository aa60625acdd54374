"""The command `bifall`: one file for each thing it does. Above all services; nothing imports it."""
