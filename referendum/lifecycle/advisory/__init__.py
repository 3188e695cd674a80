"""A mayor's promise, the projects it covers, the votes under it, and the answer they are owed."""
