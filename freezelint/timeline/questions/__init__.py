"""Questions about a finished timeline that more than one rule asks."""
