"""Dev containers: where the repository is mounted, which image, user and commands they use.

Source: the Development Containers specification (devcontainer.json reference): without
`workspaceMount` the repository is mounted at `/workspaces/<name of its folder>`; with Compose the
service's own volumes decide.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.builds import BuildUnit, units_of_dockerfile
from shipworthy.model.files import parsed_json
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Argument, Executed, Shell, exec_form, execute
from shipworthy.model.image.states import Variables
from shipworthy.model.image.steps import Stage
from shipworthy.model.workspace import inventory, root_of
from shipworthy.syntax.gopath import join
from shipworthy.syntax.json import Array, Node, Object, Scalar, to_python
from shipworthy.syntax.shell import parse as parse_shell
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_COMMANDS = ("onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand")


class DevContainer(NamedTuple):
    """One devcontainer.json, visited once."""

    path: str
    unit: BuildUnit | None
    """The build of its Dockerfile."""
    stage: Stage | None
    """The final stage of that build."""
    build_at: Anchor
    """The `build` (or `image`) value, else the file's beginning."""
    compose: bool
    """Whether a service of a compose project is the container."""
    mounted_at: str | None
    """Where the repository lies in the container; None when it is unknown."""
    mount_stated: bool
    """Whether `workspaceMount` is given."""
    folder: str | None
    """`workspaceFolder`, when it is given and known."""
    folder_at: Anchor | None
    targets: tuple[str, ...]
    """The targets of `mounts`, `${containerWorkspaceFolder}` put in."""
    user: str | None
    """The user that commands run as; None when it is unknown."""
    user_at: Anchor | None
    env: Variables
    commands: tuple[Executed, ...]
    """What is run when the container is created or started."""
    first_key: Span | None
    """The key of the member at `user_at`, else of `build`: where new members can stand before."""

    @property
    def units(self) -> tuple[BuildUnit, ...]:
        """The build of its image."""
        return () if self.unit is None else (self.unit,)

    @property
    def at(self) -> Anchor:
        """The file's beginning."""
        return whole_file(self.path)


@query
def devcontainer_files(db: Database, root: str) -> tuple[str, ...]:
    """Every devcontainer.json below a root."""
    return tuple(
        path
        for path in inventory(db, root).callers
        if path.rpartition("/")[2].lower() in ("devcontainer.json", ".devcontainer.json")
    )


@query
def devcontainer(db: Database, path: str) -> DevContainer | None:
    """What a devcontainer.json says; None when it is no object."""
    parsed = parsed_json(db, path)
    if parsed is None or not isinstance(parsed.root, Object):
        return None
    return _Reader(db, path, parsed.root).read()


class _Reader:
    def __init__(self, db: Database, path: str, root: Object) -> None:
        self.db = db
        self.path = path
        self.root = root
        self.name = root_of(db, path).rpartition("/")[2]

    def read(self) -> DevContainer:
        unit = self._unit()
        made = image(self.db, unit.id) if unit is not None else None
        stage = made.final() if made is not None else None
        compose = self.root.get("dockerComposeFile") is not None
        folder = self._expanded(self._text(self.root.get("workspaceFolder")))
        mounted = None if compose else self._mounted_at()
        user = self._text(self.root.get("remoteUser")) or self._text(self.root.get("containerUser"))
        if user is None and stage is not None:
            user = stage.end.user
        env = self._env(stage)
        shell = Shell(folder or mounted, env, user)
        user_key = "remoteUser" if self.root.get("remoteUser") is not None else "containerUser"
        build_key = "build" if self.root.get("build") is not None else "image"
        folder_node = self.root.get("workspaceFolder")
        return DevContainer(
            path=self.path,
            unit=unit,
            stage=stage,
            build_at=self._at(self.root.get(build_key)) or whole_file(self.path),
            compose=compose,
            mounted_at=mounted,
            mount_stated=self.root.get("workspaceMount") is not None,
            folder=folder,
            folder_at=self._at(folder_node),
            targets=tuple(self._targets(folder or mounted or "")),
            user=user,
            user_at=self._at(self.root.get(user_key)),
            env=env,
            commands=tuple(self._commands(shell)),
            first_key=self._key(user_key) or self._key(build_key),
        )

    def _at(self, node: Node | None) -> Anchor | None:
        return None if node is None else Anchor(self.path, -1, node.span)

    def _key(self, name: str) -> Span | None:
        found = [item.key.span for item in self.root.members if item.key.value == name]
        return found[-1] if found else None

    def _text(self, node: Node | None) -> str | None:
        return node.value if isinstance(node, Scalar) and node.kind == "string" else None

    def _expanded(self, text: str | None) -> str | None:
        """With the folder's name put in; None when another variable is left."""
        if text is None:
            return None
        text = text.replace("${localWorkspaceFolderBasename}", self.name)
        return None if "${" in text else text.rstrip("/") or "/"

    def _unit(self) -> BuildUnit | None:
        build = self.root.get("build")
        named = self.root.get("dockerFile")
        if isinstance(build, Object):
            named = build.get("dockerfile") or named
        text = self._text(named)
        if text is None:
            return None
        path = join(self.path.rpartition("/")[0], text)
        units = units_of_dockerfile(self.db, path)
        return units[0] if units else None

    def _mounted_at(self) -> str | None:
        node = self.root.get("workspaceMount")
        if node is None:
            return f"/workspaces/{self.name}"
        for part in (self._text(node) or "").split(","):
            key, _, value = part.partition("=")
            if key.strip() in ("target", "destination", "dst"):
                return self._expanded(value.strip())
        return None

    def _targets(self, folder: str) -> Iterator[str]:
        mounts = self.root.get("mounts")
        for item in mounts.items if isinstance(mounts, Array) else ():
            value = to_python(item)
            target = value.get("target") if isinstance(value, dict) else None
            if isinstance(value, str):
                pairs = dict(part.partition("=")[::2] for part in value.split(","))
                target = pairs.get("target") or pairs.get("destination") or pairs.get("dst")
            if isinstance(target, str):
                known = target.replace("${containerWorkspaceFolder}", folder)
                yield known.replace("${localWorkspaceFolderBasename}", self.name).rstrip("/")

    def _env(self, stage: Stage | None) -> Variables:
        values: dict[str, str | None] = {}
        if stage is not None:
            values.update((name, value.text) for name, value in stage.end.env.items())
        for key in ("containerEnv", "remoteEnv"):
            node = self.root.get(key)
            for member in node.members if isinstance(node, Object) else ():
                text = self._text(member.value)
                values[member.key.value] = None if text is None or "${" in text else text
        return Variables(values, False)

    def _commands(self, shell: Shell) -> Iterator[Executed]:
        for name in _COMMANDS:
            node = self.root.get(name)
            parts = [item.value for item in node.members] if isinstance(node, Object) else [node]
            for part in parts:
                if part is not None:
                    yield from self._command(part, shell)

    def _command(self, node: Node, shell: Shell) -> Iterator[Executed]:
        at = Anchor(self.path, -1, node.span)
        text = self._text(node)
        if text is not None:
            yield from execute(parse_shell(text), shell, lambda _: at)
        elif isinstance(node, Array):
            words = tuple(
                Argument(self._text(item), Anchor(self.path, -1, item.span)) for item in node.items
            )
            yield from exec_form(words, shell, at)
