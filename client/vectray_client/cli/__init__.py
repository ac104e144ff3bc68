"""The commands: each file is one, or a few that belong together. Data goes to stdout, words for a person to stderr."""
