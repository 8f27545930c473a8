"""The command line. `python app.py` alone serves; every command has --help."""

import os
from importlib import import_module

import click

from bot.errors import CipError

# The module and function of each command. A module is imported when its command is called: a serving bot
# needs no simulation.
COMMANDS = {
    "serve": ("serve", "serve"),
    "import": ("plans", "import_"),
    "explain": ("plans", "explain"),
    "people": ("plans", "people"),
    "export": ("plans", "export"),
    "digest": ("boards", "digest"),
    "report": ("boards", "report"),
    "migrate": ("database", "migrate"),
    "backup": ("database", "backup"),
    "restore": ("database", "restore"),
    "doctor": ("database", "doctor"),
    "simulate": ("simulate", "simulate"),
    "read": ("read", "read"),
}


DATABASE_OUT_OF_ORDER = (
    "The database does not answer as it should. See what is wrong with it: python app.py doctor."
)


class Cli(click.Group):
    """Prints the sentence of a CipError in place of a traceback."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name]
        command = getattr(import_module(f"bot.command_line.{module}"), function)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CipError as error:
            click.echo(error.sentence, err=True)
            ctx.exit(2)
        except BrokenPipeError:
            raise
        except OSError as error:
            click.echo(_describe_file_error(error), err=True)
            ctx.exit(2)
        except Exception as error:
            if not _is_database_out_of_order(error):
                raise
            click.echo(DATABASE_OUT_OF_ORDER, err=True)
            ctx.exit(2)


def _is_database_out_of_order(error: Exception) -> bool:
    """Whether the database itself is to blame, not a statement of ours. By name: most commands that fail have
    loaded no database library.
    """
    library, name = type(error).__module__.partition(".")[0], type(error).__name__
    return library in {"sqlalchemy", "sqlite3", "psycopg"} and name in {"OperationalError", "DatabaseError"}


def _describe_file_error(error: OSError) -> str:
    """Of a file or folder that no command could foresee."""
    return f"{error.filename or 'A file'} cannot be used: {error.strerror or 'it was refused'}."


@click.group(cls=Cli, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """The improvement plan bot: prompts owners, takes updates in chat, posts the weekly digest."""
    if ctx.invoked_subcommand is None:
        command = main.get_command(ctx, "serve")
        assert command is not None
        ctx.invoke(command)


if __name__ == "__main__":
    # Whatever is written, the sandbox's files too, is for whoever runs this.
    os.umask(0o077)
    main()
