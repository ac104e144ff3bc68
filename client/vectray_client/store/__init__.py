"""What is known of the documents: one SQLite database as the truth, and a vector index derived from it."""
