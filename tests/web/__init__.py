"""The pages that stand around all others."""
