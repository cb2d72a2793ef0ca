"""Reading the environment, loudly: a setting that cannot be right stops the start with a sentence."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return the variable, or the content of the file that NAME_FILE points to. Empty means not set."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE points to {path}, which cannot be read: {error.strerror}."
            ) from error
    return os.environ.get(name) or default


def boolean(name: str, default: bool = False) -> bool:
    """Return yes or no. Anything but true/false, yes/no, on/off, 1/0 stops the start."""
    raw = text(name, "true" if default else "false").strip().lower()
    if raw in _TRUE:
        return True
    if raw in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={raw} is not understood. Write true or false.")


def integer(name: str, default: int, *, at_least: int = 0) -> int:
    """Return a whole number of at least `at_least`."""
    raw = text(name, str(default)).strip()
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw} is not a whole number.") from None
    if value < at_least:
        raise ImproperlyConfigured(f"{name}={raw} is too small. It must be at least {at_least}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def generated_secret(path: Path) -> str:
    """Return the secret key kept in `path`; make one (readable by this user only) on the first start."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process of the same start was quicker
        else:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(64))
    key = path.read_text(encoding="utf-8").strip()
    if len(key) < 50:
        raise ImproperlyConfigured(
            f"{path} holds no usable secret key. Delete the file and start again; everybody signs in anew."
        )
    return key
