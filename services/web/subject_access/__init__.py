"""Subject access: everything held about one person, from every service, as one page and one file (GDPR art. 15)."""
