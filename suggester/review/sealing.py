"""Text at rest: compressed, and encrypted when a key is set."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Sequence
from typing import Any

from suggester.errors import InputError, SuggesterError

_PLAIN, _AES = b"\x00", b"\x01"
_KEY_BYTES, _NONCE_BYTES, _NAME_BYTES = 32, 12, 8


class SealError(SuggesterError):
    """Something at rest that cannot be opened with the keys at hand."""

    code = "sealed"


class Sealer:
    """Seal and open text at rest with AES-256-GCM; without a key it is only compressed.

    Parameters
    ----------
    keys
        Keys of 32 bytes, the one to seal with first; the others still open what they sealed.
    """

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._by_name = {_name(key): AESGCM(key) for key in keys}
        self._name = _name(keys[0]) if keys else None
        # The newest key first, and last what stood for it before there was one.
        self._secrets = [
            hashlib.sha256(b"suggester fingerprint" + key).digest() for key in (*keys, b"")
        ]

    @property
    def encrypts(self) -> bool:
        """Tell whether there is a key."""
        return self._name is not None

    def seal(self, text: str) -> bytes:
        """Return text as it is kept."""
        data = zlib.compress(text.encode("utf-8"), 6)
        if self._name is None:
            return _PLAIN + data
        nonce = os.urandom(_NONCE_BYTES)
        body = self._by_name[self._name].encrypt(nonce, data, self._name)
        return _AES + self._name + nonce + body

    def open(self, sealed: bytes) -> str:
        """Return the text again.

        Raises
        ------
        SealError
            It was sealed with a key that is not at hand, or is damaged.
        """
        from cryptography.exceptions import InvalidTag

        try:
            if sealed[:1] == _PLAIN:
                return zlib.decompress(sealed[1:]).decode("utf-8")
            name = sealed[1 : 1 + _NAME_BYTES]
            body = sealed[1 + _NAME_BYTES :]
            cipher = self._by_name.get(name)
            if cipher is None:
                raise SealError(
                    "A note in the database was encrypted with a key that is not set; "
                    "set SUGGESTER_KEY to it (several keys are separated by commas, the newest first)."
                )
            data = cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], name)
            return zlib.decompress(data).decode("utf-8")
        except (InvalidTag, zlib.error, UnicodeDecodeError):
            raise SealError("A note in the database is damaged and cannot be opened.") from None

    def fingerprint(self, *parts: str) -> str:
        """Return a digest by which the same text is known again; without the key nobody can test a guess."""
        return _fingerprint(self._secrets[0], parts)

    def old_fingerprints(self, *parts: str) -> list[str]:
        """Return the digests that the older keys, or none, gave the same text."""
        return [_fingerprint(secret, parts) for secret in self._secrets[1:]]

    def is_newest(self, sealed: bytes) -> bool:
        """Tell whether something at rest was sealed with the newest key, or needs none."""
        if self._name is None:
            return sealed[:1] == _PLAIN
        return sealed[: 1 + _NAME_BYTES] == _AES + self._name

    def seal_json(self, value: Any) -> bytes:
        """Return a JSON value as it is kept."""
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def open_json(self, sealed: bytes) -> Any:
        """Return the JSON value again; raises as :meth:`open` does."""
        return json.loads(self.open(sealed))


def read_keys(given: str) -> list[bytes]:
    """Read keys written in base64 with commas between them.

    Raises
    ------
    InputError
        One is not 32 bytes in base64; it is never quoted.
    """
    keys = []
    for number, part in enumerate(filter(None, map(str.strip, given.split(","))), 1):
        try:
            key = base64.b64decode(part, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != _KEY_BYTES:
            raise InputError(
                f"Key {number} is not 32 bytes in base64; make one with: openssl rand -base64 32."
            )
        keys.append(key)
    return keys


def new_key() -> str:
    """Return a new key in base64."""
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode("ascii")


def _fingerprint(secret: bytes, parts: Sequence[str]) -> str:
    whole = hmac.new(secret, digestmod="sha256")
    for part in parts:
        whole.update(part.encode("utf-8") + b"\x00")
    return whole.hexdigest()


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"suggester key" + key).digest()[:_NAME_BYTES]
