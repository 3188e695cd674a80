"""The law as arithmetic: pure, exact, dated and cited."""
