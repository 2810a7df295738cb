"""Corpora: encounters with the codes a coder assigned, read, written and checked."""
