"""What is to be known of a folder before it is indexed: how much there is, what is left out and why, how long it would take."""
