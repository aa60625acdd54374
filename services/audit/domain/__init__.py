"""What audit knows by arithmetic alone: whether a tree is that of its texts. Nothing here reads or writes anything."""
