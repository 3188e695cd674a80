"""The JSON interface: one module for each noun, and what every route shares."""
