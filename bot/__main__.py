"""`python -m bot` is `loa`."""

from bot.cli import main
from handlers.aside import leave


def program() -> None:
    """The command line as a program that ends."""
    try:
        main(prog_name="loa")
    except SystemExit as ended:
        leave(ended.code)
        raise


if __name__ == "__main__":
    program()
