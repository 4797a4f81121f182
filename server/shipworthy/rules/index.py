"""All rules, listed by `python -m shipworthy.docsgen --write`; not edited by hand."""

from __future__ import annotations

from shipworthy.findings.finding import Safety, Severity
from shipworthy.rules.rule import Listed

RULES: tuple[Listed, ...] = (
    Listed(
        name="copy-includes-host-venv",
        module="shipworthy.rules.context.copy_includes_host_venv",
        nodes=("Copy",),
        severity=Severity.WARNING,
        on=True,
        fix=Safety.SAFE,
        supersedes=("dockerignore-missing",),
    ),
    Listed(
        name="dockerignore-not-effective",
        module="shipworthy.rules.context.dockerignore_not_effective",
        nodes=("IgnoreFileView",),
        severity=Severity.WARNING,
        on=True,
        fix=Safety.UNSAFE,
    ),
    Listed(
        name="bind-mount-hides-venv",
        module="shipworthy.rules.mounts.bind_mount_hides_venv",
        nodes=("Volume",),
        severity=Severity.ERROR,
        on=True,
        fix=Safety.UNSAFE,
    ),
    Listed(
        name="venv-volume-goes-stale",
        module="shipworthy.rules.mounts.venv_volume_goes_stale",
        nodes=("Volume",),
        severity=Severity.WARNING,
        on=True,
        fix=Safety.UNSAFE,
    ),
)
