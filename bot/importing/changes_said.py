"""What the record says of an action that an import, or an answer, changed."""

from bot.importing.differences import RENUMBERED, REOWNED, RETITLED, Changed
from bot.importing.versions import Source


def said_of(changed: Changed, source: Source) -> str:
    """One line, "" when status and date say it all. Call it before the action is changed."""
    parts = [_ANSWERED.format(source.by)] if source.answering else []
    if changed.action.gone_at is not None:
        parts.append("It is in the plan again.")
    if RENUMBERED in changed.kinds:
        parts.append(f"It was {changed.old_ref} before.")
    if REOWNED in changed.kinds:
        parts.append(f"Its owner was {_names(changed.before)}, and is now {_names(changed.after)}.")
    if RETITLED in changed.kinds:
        parts.append(f"Its title was \u201c{changed.before.get('title', '')}\u201d.")
    return " ".join(parts)


def _names(fingerprint: dict[str, list[str]]) -> str:
    return ", ".join(fingerprint.get("owners", [])) or "nobody"


_ANSWERED = "{} answered a question about the plan."
