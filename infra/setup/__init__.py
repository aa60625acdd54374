"""How a stranger's machine gets what Bifall is built on, and how we learn that a part of it has a known flaw."""
