"""From coded encounters to a model bundle."""
