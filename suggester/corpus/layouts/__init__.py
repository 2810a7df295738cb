"""How corpora of elsewhere lie in files: one module a layout, each with its ``LAYOUT``."""
