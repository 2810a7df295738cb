"""Findings as one HTML page that opens from disk: pictures inside, no script, nothing fetched."""
