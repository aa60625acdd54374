"""The package in which a case's trail is handed to somebody who trusts neither us nor this code.

`verify` is handed out with it, and imports nothing but the standard library; `layout` names what lies where.
"""
