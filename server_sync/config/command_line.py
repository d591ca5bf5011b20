"""Calls the register's commands by the name under which they are typed, in help and refusals too."""

from collections.abc import Callable
from typing import Any

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand, CommandParser
from typing_extensions import override


class CommandLine(ManagementUtility):
    """Django's, which would name a program that nobody here can type."""

    def __init__(self, argv: list[str]) -> None:
        super().__init__(argv)
        self.prog_name = argv[0]

    @override
    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Find a command; its usage is that of our own command line."""
        command = super().fetch_command(subcommand)
        vars(command)["create_parser"] = self._named(command.create_parser)
        return command

    def _named(self, make: Callable[..., CommandParser]) -> Callable[..., CommandParser]:
        def create(program: str, subcommand: str, **options: Any) -> CommandParser:
            parser = make(program, subcommand, **options)
            parser.prog = f"{self.prog_name} {subcommand}"
            return parser

        return create
