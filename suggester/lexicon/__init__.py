"""What clinicians write → codes: rows of written knowledge, one phrase a row."""

from suggester.lexicon.rows import Lexicon, LexiconRow, load_lexicon

__all__ = ["Lexicon", "LexiconRow", "load_lexicon"]
