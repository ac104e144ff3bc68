"""The daemon as the index sees it: a model, passages in, vectors out."""
