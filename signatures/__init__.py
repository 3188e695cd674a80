"""The support for a measure: petitions, lines, examination, standing signatures."""
