"""What other programs import to talk to the daemon. Needs nothing but the contract: no desktop, no model."""
