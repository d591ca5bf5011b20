"""Who takes part: sites, their enrolled PCs, people and what they may do."""
