"""The rules of programmes, calls, associations and applications. Pure."""
