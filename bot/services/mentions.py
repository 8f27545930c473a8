"""People and channels that a text names by the platform's ids: as a reader knows them."""

import re
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.commands import Asker, Command, Offer, Search, map_updates
from bot.services import people as people_service
from models.queries import boards, people

_PERSON = re.compile(r"<@(?P<id>[a-z0-9]{1,40})(?:\|[^<>]*)?>", re.IGNORECASE)
_CHANNEL = re.compile(r"<#(?P<id>[a-z0-9]{1,40})(?:\|[^<>]*)?>", re.IGNORECASE)
UNKNOWN_PERSON, _UNKNOWN_CHANNEL = "@someone", "a channel"


def name_in_command(session: Session, workspace_id: int, command: Command) -> Command:
    """The command with its notes and reasons as they are to be recorded, the words it searches for, or those
    that an offer quotes.
    """

    def name(words: str) -> str:
        return name_in_text(session, workspace_id, words)

    if isinstance(command, Search):
        return replace(command, words=name(command.words))
    if isinstance(command, Offer):
        command = replace(command, words=name(command.words), problem=name(command.problem))
    return map_updates(
        command, lambda update: replace(update, note=name(update.note), because=name(update.because))
    )


def name_in_text(session: Session, workspace_id: int, text: str) -> str:
    """The text with the name, or the initials, of each person whose account is linked, and of each channel
    of a board. Looks nothing up for a text without any.
    """
    user_ids, channel_ids = ({match["id"] for match in each.finditer(text)} for each in (_PERSON, _CHANNEL))
    if user_ids:
        names = people.names_of_users(session, workspace_id, user_ids)
        text = _PERSON.sub(
            lambda match: f"@{names[match['id']]}" if match["id"] in names else UNKNOWN_PERSON, text
        )
    if channel_ids:
        channels = boards.names_of_channels(session, workspace_id, channel_ids)
        text = _CHANNEL.sub(
            lambda match: f"#{channels[match['id']]}" if match["id"] in channels else _UNKNOWN_CHANNEL, text
        )
    return text


def name_channel(session: Session, asker: Asker) -> Asker:
    """The asker with the name of the channel, where it belongs to a board."""
    workspace_id = people_service.identify(session, asker).workspace_id
    name = boards.names_of_channels(session, workspace_id, {asker.channel_id}).get(asker.channel_id)
    return replace(asker, channel_name=name) if name else asker
