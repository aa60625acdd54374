"""What a browser sees. For now the front of the house and the way to the API; the pages of each role stand on it
later."""
