"""The case in review: received, checked, assessed, decided, published, final. One file for each part of its life."""
