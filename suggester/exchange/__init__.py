"""Formats of other systems: C-CDA and FHIR R4 notes in; FHIR suggestions, FHIR claims and claim CSV out."""
