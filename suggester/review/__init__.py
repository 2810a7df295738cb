"""What coders decide about suggestions: kept event by event, and never lost."""
