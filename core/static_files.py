"""How style sheets leave: written as five files, sent as one."""

import re
from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Only imports and comments: it works as it stands, too, with a request for each of them.
BUNDLE = "css/portal.css"
_IMPORT = re.compile(r'@import url\("([\w.-]+)"\);')


class BundlingStorage(CompressedManifestStaticFilesStorage):
    """Puts the imported sheets into the one that names them, before names and sizes are made up."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Bundle what collectstatic has just copied, then go on as usual."""
        if BUNDLE in paths and not dry_run:
            source, name = paths[BUNDLE]
            with source.open(name) as file:
                bundle = _IMPORT.sub(lambda found: self._content(paths, found[1]), file.read().decode())
            with open(self.path(BUNDLE), "w", encoding="utf-8") as target:  # noqa: PTH123 - as the storage names it
                target.write(bundle)
            # What follows reads the copy, not the source.
            paths = {**paths, BUNDLE: (self, BUNDLE)}
        yield from super().post_process(paths, dry_run, **options)

    def _content(self, paths: dict[str, Any], sheet: str) -> str:
        source, name = paths[f"css/{sheet}"]
        with source.open(name) as file:
            return file.read().decode()
