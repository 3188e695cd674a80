"""Who holds an office, and how its acts are signed."""
