"""Values that a place of a compose file takes by the specification, beside those of its schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shipworthy.views.compose_schema_places import values_at
from shipworthy.views.yaml_places import YamlPath, matches

_CAPABILITIES = """
    ALL AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE
    DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN
    MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID
    SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE
    SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM
"""
_ULIMITS = (
    "nofile nproc core memlock stack fsize cpu data rss as locks msgqueue nice rtprio sigpending"
)
_VALUES: Final[Mapping[str, str]] = {
    "services.*.restart": "no always on-failure unless-stopped",
    "services.*.pull_policy": "always missing never build daily weekly",
    "services.*.platform": "linux/amd64 linux/arm64",
    "services.*.ipc": "shareable private host none",
    "services.*.pid": "host",
    "services.*.uts": "host",
    "services.*.userns_mode": "host",
    "services.*.isolation": "default process hyperv",
    "services.*.stop_signal": "SIGTERM SIGINT SIGQUIT SIGHUP SIGKILL SIGUSR1 SIGUSR2",
    "services.*.network_mode": "host none bridge",
    "services.*.cap_add.[]": _CAPABILITIES,
    "services.*.cap_drop.[]": _CAPABILITIES,
    "services.*.security_opt.[]": "no-new-privileges:true seccomp:unconfined apparmor:unconfined",
    "services.*.healthcheck.test.[]": "CMD CMD-SHELL NONE",
    "services.*.logging.driver": "json-file local none journald syslog fluentd gelf awslogs splunk",
    "services.*.ports.[].protocol": "tcp udp",
    "services.*.ports.[].mode": "ingress host",
    "services.*.env_file.[].format": "raw",
    "services.*.volumes.[].consistency": "consistent cached delegated",
    "services.*.volumes.[].bind.propagation": "rprivate private rshared shared rslave slave",
    "services.*.build.network": "default host none",
    "services.*.build.isolation": "default process hyperv",
    "services.*.build.platforms.[]": "linux/amd64 linux/arm64",
    "services.*.build.entitlements.[]": "network.host security.insecure device",
    "services.*.build.ssh": "default",
    "services.*.build.ssh.[]": "default",
    "services.*.build.provenance": "true false mode=min mode=max",
    "services.*.deploy.mode": "replicated global replicated-job global-job",
    "services.*.deploy.endpoint_mode": "vip dnsrr",
    "services.*.deploy.restart_policy.condition": "none on-failure any",
    "services.*.deploy.update_config.failure_action": "pause continue rollback",
    "services.*.deploy.rollback_config.failure_action": "pause continue",
    "services.*.deploy.resources.reservations.devices.[].driver": "nvidia",
    "services.*.deploy.resources.reservations.devices.[].count": "all",
    "services.*.deploy.resources.reservations.devices.[].capabilities.[]": "gpu",
    "volumes.*.driver": "local",
    "networks.*.driver": "bridge host overlay macvlan ipvlan none",
    "networks.*.ipam.driver": "default",
}
_BY_PATH: Final = tuple((tuple(place.split(".")), words) for place, words in _VALUES.items())
_KEYS: Final[Mapping[YamlPath, str]] = {
    ("services", "*", "ulimits"): _ULIMITS,
    ("services", "*", "build", "ulimits"): _ULIMITS,
    ("services", "*", "build", "ssh"): "default",
}


def values(path: YamlPath) -> tuple[str, ...]:
    """The texts that usually stand at a path, those of the schema first; no booleans."""
    found = list(values_at(path))
    for place, words in _BY_PATH:
        if matches(path, *place):
            found += words.split()
    return tuple(dict.fromkeys(found))


def key_names(path: YamlPath) -> tuple[str, ...]:
    """Usual keys of a mapping whose keys the schema leaves open."""
    for place, words in _KEYS.items():
        if matches(path, *place):
            return tuple(words.split())
    return ()
