"""Search for assistants, over the Model Context Protocol: read-only, and only of what is indexed."""
