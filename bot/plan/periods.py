"""Periods that several rooms go by."""

from datetime import timedelta

# Two weeks, which is when the first reminder of a date goes out unless a board says otherwise
# (CIP_PROMPT_DAYS). What is due within it is due soon, and what is as late is very late; a question is kept
# up to date, and answered in its thread, for as long.
FORTNIGHT_DAYS = 14
FORTNIGHT = timedelta(days=FORTNIGHT_DAYS)
