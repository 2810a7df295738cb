"""The road for one note or many: text → terms → candidates → ranked, explained suggestions."""

from suggester.engine.language import LanguageSide, Reading
from suggester.engine.suggester import Suggester

__all__ = ["LanguageSide", "Reading", "Suggester"]
