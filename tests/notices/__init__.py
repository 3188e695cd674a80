"""What is sent, by whom, and once."""
