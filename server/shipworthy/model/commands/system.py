"""System packages, users, ownership and downloads."""

from __future__ import annotations

import re
from typing import Final

from shipworthy.model.commands.options import Flags, Options, Words, flag_table, read_options
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple


class SystemPackages(NamedTuple):
    """Packages a distribution's manager installs or removes; version pins are cut off."""

    manager: str
    action: str
    """`install`, `remove` or `update` (the index; for others the word as written)."""
    packages: tuple[str, ...]
    pinned: tuple[str, ...]
    """Those of the packages that are asked for in a version."""
    known: bool
    options: Options


class AddUser(NamedTuple):
    """`useradd` or `adduser`. `uid` and `gid` are text; `creates_home` None = depends."""

    program: str
    name: str | None
    uid: str | None
    group: str | None
    home: str | None
    """The home directory the account gets; None where the distribution decides."""
    creates_home: bool | None
    system: bool
    known: bool


class AddGroup(NamedTuple):
    """`groupadd` or `addgroup`."""

    program: str
    name: str | None
    gid: str | None
    known: bool


class ChangeOwner(NamedTuple):
    """`chown`, `chgrp` or `chmod`; `to` is the owner or mode (None with `--reference`)."""

    program: str
    recursive: bool
    to: str | None
    paths: tuple[str | None, ...]
    known: bool


class Download(NamedTuple):
    """`curl` or `wget`."""

    program: str
    urls: tuple[str, ...]
    outputs: tuple[str, ...]
    known: bool


_APT: Final = flag_table(
    """
    -y/--yes --assume-yes/--yes -q/--quiet --no-install-recommends --install-recommends
    --no-install-suggests --fix-missing -m/--fix-missing -f/--fix-broken --fix-broken --purge
    --allow-unauthenticated --allow-downgrades --allow-change-held-packages --reinstall
    --only-upgrade --no-upgrade -d/--download-only -s/--simulate -u/--show-upgraded
    --auto-remove --autoremove/--auto-remove -V/--verbose-versions
    """,
    "-o/--option -t/--target-release --target-release -c/--config-file --default-release",
)
_APK: Final = flag_table(
    """
    --no-cache --update -U/--update --update-cache/--update -u/--upgrade --upgrade -l/--latest
    --latest --no-network --allow-untrusted --purge -q/--quiet -v/--verbose -f/--force --force
    --initdb --no-scripts --no-progress --quiet --verbose --update-available -a/--update-available
    --force-broken-world --force-overwrite --no-interactive
    """,
    """
    -t/--virtual -X/--repository -p/--root --repositories-file --keys-dir --cache-dir
    --cache-max-age --arch --wait
    """,
)
_RPM: Final = flag_table(
    """
    -y/--assumeyes -q/--quiet -v/--verbose --nodocs --nogpgcheck --allowerasing --best --nobest
    --skip-broken --refresh --nogpg --nobest --noplugins -C/--cacheonly --non-interactive
    --no-recommends -n/--non-interactive
    """,
    """
    --setopt --enablerepo --disablerepo --repo --releasever --installroot -x/--exclude
    -c/--config --forcearch
    """,
)
_SYSTEM_MANAGERS: Final[dict[str, Flags]] = {
    "apt": _APT, "apt-get": _APT, "aptitude": _APT, "apk": _APK, "dnf": _RPM, "microdnf": _RPM,
    "yum": _RPM, "tdnf": _RPM, "zypper": _RPM,
}  # fmt: skip
_ACTIONS: Final = {
    "add": "install", "install": "install", "in": "install", "del": "remove", "remove": "remove",
    "purge": "remove", "autoremove": "remove", "erase": "remove", "rm": "remove",
    "update": "update", "makecache": "update",
}  # fmt: skip
_PIN: Final = regex(r"[=<>~@].*\Z", re.DOTALL)

_USERADD: Final = flag_table(
    """
    -m/--create-home -M/--no-create-home -r/--system -N/--no-user-group -U/--user-group
    -o/--non-unique -l/--no-log-init
    """,
    """
    -u/--uid -g/--gid -G/--groups -d/--home-dir --home/--home-dir -b/--base-dir -s/--shell
    -c/--comment -p/--password -e/--expiredate -f/--inactive -k/--skel -K/--key -R/--root
    """,
)
_ADDUSER: Final = flag_table(
    """
    -D/--disabled-password --disabled-login/--disabled-password -S/--system
    -H/--no-create-home --group --quiet -q/--quiet --force-badname --allow-badname/--force-badname
    --allow-bad-names/--force-badname --allow-all-names --add_extra_groups --debug
    --comment-off
    """,
    """
    -u/--uid -G/--ingroup --gid -h/--home -s/--shell -g/--gecos --comment/--gecos -k/--skel
    --conf --firstuid --lastuid --firstgid --lastgid
    """,
)
_GROUPADD: Final = flag_table(
    "-r/--system -S/--system -f/--force -o/--non-unique --quiet --force-badname",
    "-g/--gid -K/--key -p/--password -R/--root",
)
_OWNER: Final = flag_table(
    """
    -R/--recursive -h/--no-dereference --dereference -v/--verbose -c/--changes -f/--silent
    --quiet/--silent -H -L -P --preserve-root --no-preserve-root
    """,
    "--from --reference",
)
_CURL: Final = flag_table(
    """
    -L/--location -s/--silent -S/--show-error -f/--fail -k/--insecure -O/--remote-name
    -J/--remote-header-name -v/--verbose -g/--globoff -i/--include -I/--head --compressed
    --tlsv1.2 --tlsv1.3 --ipv4 -4/--ipv4 -6/--ipv6 --retry-all-errors --retry-connrefused
    --fail-with-body --create-dirs -#/--progress-bar --no-progress-meter -q/--disable -N/--no-buffer
    -G/--get --location-trusted -C
    """,
    """
    -o/--output -H/--header -d/--data -u/--user -A/--user-agent -X/--request -e/--referer
    -m/--max-time --connect-timeout --retry --retry-delay --retry-max-time --proto --proto-redir
    --cacert -x/--proxy -b/--cookie -F/--form --output-dir --max-redirs -T/--upload-file
    -w/--write-out -E/--cert --url
    """,
)
_WGET: Final = flag_table(
    """
    -q/--quiet -nv/--no-verbose --no-verbose -c/--continue -N/--timestamping --https-only
    --no-check-certificate --show-progress -S/--server-response -4/--inet4-only --no-hsts
    --content-disposition --no-cache --no-clobber
    """,
    """
    -O/--output-document -P/--directory-prefix -T/--timeout -t/--tries -U/--user-agent --header
    --secure-protocol --progress --waitretry --retry-on-http-error -o/--output-file
    --user --password --ca-certificate
    """,
)

_UV_INSTALLER: Final = regex(
    r"https?://(?:astral\.sh/uv/(?:([^/?#]+)/)?install\.sh"
    r"|github\.com/astral-sh/uv/releases/(?:latest/download|download/([^/?#]+))/uv-installer\.sh)"
    r"(?:[?#].*)?\Z"
)

SYSTEM_MANAGERS: Final = frozenset(_SYSTEM_MANAGERS)
OWNER_PROGRAMS: Final = frozenset({"chown", "chgrp", "chmod"})


def uv_installer(url: str) -> str | None:
    """The version a uv installer script installs: '' for the newest; None for another URL."""
    found = _UV_INSTALLER.match(url)
    return (found.group(1) or found.group(2) or "") if found else None


def understand_packages(manager: str, words: Words) -> SystemPackages:
    """The meaning of the words after `apt-get`, `apk`, `dnf`..."""
    options = read_options(words, _SYSTEM_MANAGERS[manager])
    positionals = options.positionals
    action = positionals[0] if positionals else None
    names = [word for word in positionals[1:] if word is not None]
    bare = [_PIN.sub("", name) for name in names]
    return SystemPackages(
        manager=manager,
        action=_ACTIONS.get(action, action) if action is not None else "",
        packages=tuple(name for name in bare if name),
        pinned=tuple(
            short for name, short in zip(names, bare, strict=True) if short and short != name
        ),
        known=options.known and action is not None,
        options=options,
    )


def understand_user(program: str, words: Words) -> AddUser:
    """The meaning of the words after `useradd` or `adduser`."""
    useradd = program == "useradd"
    options = read_options(words, _USERADD if useradd else _ADDUSER)
    names = options.positionals
    name = names[0] if names else None
    system = options.has("--system")
    home = _last(options, "--home-dir") or _last(options, "--home")
    if home is None and name is not None and (useradd or not system):
        home = f"{_last(options, '--base-dir') or '/home'}/{name}"
    creates: bool | None
    if useradd:
        creates = options.last("--create-home", "--no-create-home") == "--create-home"
    elif options.has("--no-create-home"):
        creates = False
    else:
        # Debian's `adduser --system` makes none since Debian 12 unless told where.
        creates = None if system and _last(options, "--home") is None else True
    return AddUser(
        program=program,
        name=name,
        uid=_last(options, "--uid"),
        group=_last(options, "--gid") or _last(options, "--ingroup"),
        home=home,
        creates_home=creates,
        system=system,
        known=options.known and name is not None,
    )


def understand_group(program: str, words: Words) -> AddGroup:
    """The meaning of the words after `groupadd` or `addgroup`."""
    options = read_options(words, _GROUPADD)
    names = options.positionals
    name = names[0] if names else None
    return AddGroup(program, name, _last(options, "--gid"), options.known and name is not None)


def understand_owner(program: str, words: Words) -> ChangeOwner:
    """The meaning of the words after `chown`, `chgrp` or `chmod`."""
    # `chmod -x FILE` takes a mode away: what is no option of chmod is its mode.
    signed = [
        i
        for i, word in enumerate(words)
        if program == "chmod" and word is not None and re.match(r"-[rwxXst]+\Z", word)
    ]
    plain = [f"a{word}" if i in signed[:1] else word for i, word in enumerate(words)]
    options = read_options(plain, _OWNER)
    positionals = options.positionals
    if options.has("--reference"):
        return ChangeOwner(program, options.has("--recursive"), None, positionals, options.known)
    to = positionals[0] if positionals else None
    known = options.known and len(positionals) > 1
    return ChangeOwner(program, options.has("--recursive"), to, positionals[1:], known)


def understand_download(program: str, words: Words) -> Download:
    """The meaning of the words after `curl` or `wget`."""
    options = read_options(words, _CURL if program == "curl" else _WGET)
    urls = [word for word in options.positionals if word is not None]
    return Download(
        program=program,
        urls=tuple(urls) + options.values("--url"),
        outputs=options.values("--output", "--output-document"),
        known=options.known,
    )


def _last(options: Options, name: str) -> str | None:
    values = options.values(name)
    return values[-1] if values else None
