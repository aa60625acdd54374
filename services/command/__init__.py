"""The command `bifall`: what an operator types."""
