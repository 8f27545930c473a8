"""The questions raised by reading a plan, their answers, and what an answer changes."""

from bot.importing.questions.model import Answer, Choice, Needs, Question

__all__ = ["Answer", "Choice", "Needs", "Question"]
