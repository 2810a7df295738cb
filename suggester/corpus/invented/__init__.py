"""Invented notes at any volume: they measure scale, never quality."""
