"""Any number of notes coded into a folder, a partition at a time, so that a run can go on where it ended."""
