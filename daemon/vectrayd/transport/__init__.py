"""The doors: sockets, the services of the contract, and the one place where its messages become the daemon's own values."""
