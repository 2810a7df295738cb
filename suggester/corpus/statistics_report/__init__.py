"""The statistics of a corpus as one HTML page with pictures, complete in itself."""
