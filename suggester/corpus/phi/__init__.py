"""A guard against identifying text in a corpus: it finds places, and it de-identifies nothing."""
