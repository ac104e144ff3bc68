"""The map of the collection: documents on a plane, near each other those that are about the same."""
