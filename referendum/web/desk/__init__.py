"""The pages of an authority's staff."""
