"""Who follows what, what is news to them, and how it goes out."""
