"""The HTTP doors, imported only if one is asked for: embeddings in the manner of OpenAI's API, and metrics."""
