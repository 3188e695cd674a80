"""Words for people, in Korean and English."""
