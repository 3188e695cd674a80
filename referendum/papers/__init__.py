"""Papers: the documents that acts rest on, each entered once and shown wherever it serves."""
