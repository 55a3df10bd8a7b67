"""`python -m bot` is `seller`."""

from bot.cli import main

main()
