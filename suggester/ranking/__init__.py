"""Which of the candidate codes would a coder choose? One calibrated probability a (note, code)."""
