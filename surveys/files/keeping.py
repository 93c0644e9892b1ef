"""Files put in their place whole or not at all."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def keep(files: Mapping[Path, bytes]) -> None:
    """Write all to temporary files in their folders, then rename each: whoever looks sees the old or the new one.

    OSError if any cannot be written; then none has been put in its place.
    """
    made: list[tuple[str, Path]] = []
    try:
        for path, content in files.items():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            made.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
        while made:
            os.replace(*made[0])
            made.pop(0)
    finally:
        for name, _ in made:
            Path(name).unlink(missing_ok=True)
