"""The people of the register, and the rolls frozen from it."""
