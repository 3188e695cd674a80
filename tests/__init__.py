"""The checks of the whole service."""
