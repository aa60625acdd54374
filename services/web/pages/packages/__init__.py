"""Packages: a case's trail, put together for somebody who is to verify it elsewhere.

What there is comes from audit and from each service that owns content, asked with the reader's own rights: a package
holds nothing that they could not have read. Nothing here decides what they may have.
"""
