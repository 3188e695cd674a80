"""What is attached to a measure's text: documents and pictures, frozen with it."""
