"""What the shipped model still gets wrong on the notes set aside for testing, by cause."""
