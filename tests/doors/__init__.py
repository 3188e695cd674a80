"""The doors, told by what they let through."""
