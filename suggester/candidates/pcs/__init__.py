"""ICD-10-PCS: from the words of an operative note to codes whose seven axes are shown."""
