"""The offline verifier: checks a record's export and its receipts with nothing but this folder.

It needs no part of the service and no library outside Python's own, so that a stranger can
read it in an afternoon and run it on a machine that never saw the city's software.
"""
