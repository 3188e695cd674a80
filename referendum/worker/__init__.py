"""Background work: Celery tasks that carry out what the outbox and the calendar ask for."""
