"""What the programs say, in the language of whoever reads it: words of their own, and the agent's English sentences."""
