"""The JSON interface, spoken to as machines do."""
