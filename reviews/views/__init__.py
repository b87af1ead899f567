"""Pages of the dashboard for bodies and signers: ballots, panels, sign-offs."""
