"""What is wrong with this installation, and a report of it that may be shown to strangers. Starts nothing, changes nothing."""
