"""How good is it? Metrics, the look-up baseline, and one evaluation of both on a corpus."""
