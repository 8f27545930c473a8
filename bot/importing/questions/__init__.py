"""What the bot asks about a plan it has read: the questions, the answers, and what an answer does."""

from bot.importing.questions.model import Answer, Choice, Needs, Question

__all__ = ["Answer", "Choice", "Needs", "Question"]
