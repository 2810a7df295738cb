"""From a note to the code of its visit: kind, patient, problems, data, risk and time."""
