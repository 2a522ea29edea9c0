"""What the local portal keeps in ./var, and the environment its processes get."""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.processes import is_held
from config.servers import without_postgres_variables

SHARED = ("DATABASE_URL", "REDIS_URL", "PORTAL_BASE_URL")


@dataclass(frozen=True)
class Local:
    """One folder with the code, one with the data."""

    root: Path
    var: Path
    first_port: int

    @classmethod
    def here(cls) -> "Local":
        """The folder this file is in; PORTAL_VAR and PORTAL_PORT move data and port."""
        root = Path(__file__).resolve().parent.parent
        var = Path(os.environ.get("PORTAL_VAR") or root / "var").absolute()
        return cls(root, var, int(os.environ.get("PORTAL_PORT") or 8000))

    @property
    def logs(self) -> Path:
        """One log per process."""
        return self.var / "log"

    @property
    def run(self) -> Path:
        """What belongs to the present run only."""
        return self.var / "run"

    def lock(self, name: str) -> Path:
        """The lock of a process."""
        return self.run / f"{name}.lock"

    def database_exists(self) -> bool:
        """Whether there was a start before."""
        return (self.var / "pg").exists() or "DATABASE_URL" in os.environ

    def environment(self, addresses: Mapping[str, str], *, port: int) -> dict[str, str]:
        """The environment of web, worker, beat and commands. What the caller has set stays, except the mode."""
        inherited = dict(os.environ) if "DATABASE_URL" in os.environ else without_postgres_variables(os.environ)
        return {
            "ALLOWED_HOSTS": "127.0.0.1",
            **self._secrets(),
            **inherited,
            **addresses,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PORTAL_BASE_URL": f"http://localhost:{port}",
            "PORTAL_LOCAL": "true",
            "PORTAL_VAR": str(self.var),
            # An empty value counts as unset: bytecode is written, else every start compiles everything anew.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONUNBUFFERED": "1",
        }

    def remember(self, environ: Mapping[str, str]) -> None:
        """Leave the addresses for `./run manage` in another window."""
        self.run.mkdir(parents=True, exist_ok=True)
        self._state.write_text(json.dumps({name: environ[name] for name in SHARED}))

    def remembered(self) -> dict[str, str]:
        """The addresses of the running portal; empty if it is not up."""
        try:
            return json.loads(self._state.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def forget(self) -> None:
        """The portal is down."""
        self._state.unlink(missing_ok=True)

    def delete(self) -> None:
        """Remove all data. Only what we made: PORTAL_VAR could point anywhere."""
        for name in ("pg", "pg.new", "redis", "static", "log", "run", "files"):
            shutil.rmtree(self.var / name, ignore_errors=True)
        for path in [self.var / "secret.json", *self.var.glob("*.lock")]:
            path.unlink(missing_ok=True)
        if not any(self.var.iterdir()):
            self.var.rmdir()

    @property
    def _state(self) -> Path:
        return self.run / "state.json"

    def _secrets(self) -> dict[str, str]:
        """Keys of this folder, made once, readable by their owner only."""
        path = self.var / "secret.json"
        if not path.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump({name: secrets.token_urlsafe(50) for name in ("SECRET_KEY", "SUPPRESSION_KEY")}, file)
            fresh.rename(path)
        return json.loads(path.read_text())


def running_environment(local: Local) -> dict[str, str] | None:
    """The environment of the portal that runs in this folder, if one does; also if all servers are given."""
    remembered = local.remembered()
    if remembered and is_held(local.lock("stack")):
        return local.environment({}, port=local.first_port) | remembered
    if {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        return local.environment({}, port=local.first_port)
    return None
