"""What all pages share: who sits there, asking the services on their behalf, forms, words, and how a page is drawn."""
