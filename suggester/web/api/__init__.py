"""The interface under ``/api/v1``: the same that the pages use."""
