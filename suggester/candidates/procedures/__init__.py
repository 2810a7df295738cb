"""Procedures: what was done here and now, and the codes that its details choose."""
