"""The rules of accounts and roles. Pure."""
