"""Reads the options of a command line by a table of flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shipworthy.text.records import NamedTuple

Words = Sequence["str | None"]
"""An expanded argument vector; None = a word whose text is not known."""
Environment = Mapping[str, "str | None"]
"""Name to value; None = set to something unknown, an absent name = unset."""


class Flags(NamedTuple):
    """What a program knows: flags without value, flags with one, and second names of flags."""

    booleans: frozenset[str]
    valued: frozenset[str]
    aliases: Mapping[str, str]


class Option(NamedTuple):
    """One option: `name` is the main long name; `value` is '' for a flag without, None unknown."""

    name: str
    value: str | None


class Options(NamedTuple):
    """What was read. `known` is False where a word is unknown or a flag is not in the table."""

    items: tuple[Option, ...] = ()
    positionals: tuple[str | None, ...] = ()
    unknown_flags: tuple[str, ...] = ()
    known: bool = True
    rest: tuple[str | None, ...] = ()
    """With `stop_at_positional`: the first positional word and everything after it."""

    def has(self, *names: str) -> bool:
        """Whether one of the flags stands there."""
        return any(item.name in names for item in self.items)

    def last(self, *names: str) -> str | None:
        """The name of the last of these flags: where flags override each other it wins."""
        return next((item.name for item in reversed(self.items) if item.name in names), None)

    def values(self, *names: str) -> tuple[str, ...]:
        """The known values of the flags, in order."""
        return tuple(
            item.value for item in self.items if item.name in names and item.value is not None
        )

    def listed(self, *names: str) -> tuple[str, ...]:
        """The known values of the flags, each split at commas and blanks."""
        return tuple(part for value in self.values(*names) for part in split_list(value))


def flag_table(booleans: str, valued: str, aliases: Mapping[str, str] | None = None) -> Flags:
    """A table from two blank-separated lists; `-x/--name` gives a flag and its short name."""
    named: dict[str, str] = dict(aliases or {})
    sets: list[frozenset[str]] = []
    for text in (booleans, valued):
        names = []
        for entry in text.split():
            *others, name = entry.split("/")
            names.append(name)
            named.update((other, name) for other in others)
        sets.append(frozenset(names))
    return Flags(sets[0], sets[1], named)


def joined_tables(tables: Iterable[Flags]) -> Flags:
    """All flags of the tables; a later table decides where two differ."""
    booleans: frozenset[str] = frozenset()
    valued: frozenset[str] = frozenset()
    aliases: dict[str, str] = {}
    for table in tables:
        booleans = (booleans - table.valued) | table.booleans
        valued = (valued - table.booleans) | table.valued
        aliases.update(table.aliases)
    return Flags(booleans, valued, aliases)


def split_list(value: str) -> list[str]:
    """The items of a value that holds a list, separated by commas or blanks."""
    return value.replace(",", " ").split()


def read_options(words: Words, table: Flags, *, stop_at_positional: bool = False) -> Options:
    """Read the words after the program (and sub-command) name.

    A flag that is not in the table counts as one without value; a newer release may have it.
    """
    items: list[Option] = []
    positionals: list[str | None] = []
    unknown: list[str] = []
    rest: tuple[str | None, ...] = ()
    at = 0
    while at < len(words):
        word = words[at]
        is_flag = word is not None and word.startswith("-") and word != "-"
        if word == "--" or (stop_at_positional and not is_flag):
            rest = tuple(words[at + 1 if word == "--" else at :])
            break
        if word is not None and is_flag:
            following = words[at + 1] if at + 1 < len(words) else None
            at += _read_flag(word, following, table, items, unknown)
        else:
            positionals.append(word)
        at += 1
    if not stop_at_positional:
        positionals.extend(rest)
        rest = ()
    known = not unknown and None not in positionals and all(i.value is not None for i in items)
    # Behind a command that is known, no word can be a flag of this program.
    known = known and rest[:1] != (None,)
    return Options(tuple(items), tuple(positionals), tuple(unknown), known, rest)


def _read_flag(
    word: str, following: str | None, table: Flags, items: list[Option], unknown: list[str]
) -> int:
    """Read one word of flags; returns how many words after it are its value (0 or 1)."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        name = table.aliases.get(name, name)
        if name in table.valued:
            items.append(Option(name, value if equals else following))
            return 0 if equals else 1
        items.append(Option(name, value))
        if name not in table.booleans:
            unknown.append(name)
        return 0
    for i in range(1, len(word)):
        short = "-" + word[i]
        name = table.aliases.get(short, short)
        if name in table.valued:
            value = word[i + 1 :].removeprefix("=")
            items.append(Option(name, value or following))
            return 0 if value else 1
        items.append(Option(name, ""))
        if name not in table.booleans:
            unknown.append(word)
            return 0
    return 0
