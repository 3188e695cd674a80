"""What is sent to whom, and by which carrier."""
