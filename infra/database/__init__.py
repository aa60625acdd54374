"""PostgreSQL as the services find it: roles, databases and who may connect to what."""
