"""What ends on which day: deadlines, and the elections, outages and holds that move them."""
