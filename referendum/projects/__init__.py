"""The city's projects and its matters without a budget, as imported or entered by hand."""
