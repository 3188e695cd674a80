"""Who holds an office, and how an act of the office was signed."""
