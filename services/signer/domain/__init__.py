"""What the signer knows and how it judges: pure."""
