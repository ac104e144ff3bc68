"""Answers questions: what they ask for, the passages that answer them, and what of these is shown, in which order."""
