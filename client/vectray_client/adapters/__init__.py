"""The daemon and the index in the words of other frameworks: each module needs its framework, and nothing else does."""
