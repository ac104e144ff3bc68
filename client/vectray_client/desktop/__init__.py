"""The icon in the tray: draws what agent and daemon tell, and hands on what a person clicks. It decides nothing of its own."""
