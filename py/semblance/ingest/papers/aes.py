"""AES for PDFs that everybody may open although they are encrypted, where no library for it is installed, as in a browser.

Rounds are look-ups in tables, as in the paper that proposed the cipher (Daemen and Rijmen, "The Rijndael Block Cipher",
5.2.1); steps and names are those of FIPS 197. It takes some 20 microseconds a block, and is not made to keep a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from struct import pack, unpack

_BLOCK = 16


def _doubled(byte: int) -> int:
    return (byte << 1) ^ (0x11B if byte & 0x80 else 0)


def _boxes() -> tuple[list[int], list[int]]:
    """The substitution of bytes and its inverse."""
    box, power, inverse = [0] * 256, 1, 1
    for _ in range(255):
        power = power ^ _doubled(power)  # times 3, which generates all bytes
        for shift in (1, 2, 4):
            inverse ^= inverse << shift & 0xFF
        inverse ^= 0x09 if inverse & 0x80 else 0  # divided by 3
        turned = inverse * 0x101
        box[power] = (inverse ^ turned >> 7 ^ turned >> 6 ^ turned >> 5 ^ turned >> 4 ^ 0x63) & 0xFF
    box[0] = 0x63
    back = [0] * 256
    for byte, other in enumerate(box):
        back[other] = byte
    return box, back


def _times(byte: int, factor: int) -> int:
    product = 0
    while factor:
        product ^= byte if factor & 1 else 0
        byte, factor = _doubled(byte), factor >> 1
    return product


def _tables(box: Sequence[int], factors: tuple[int, int, int, int]) -> list[list[int]]:
    """What each byte of a column adds to the new column, for the four places of the byte."""
    first = [int.from_bytes(bytes(_times(byte, factor) for factor in factors), "big") for byte in box]
    return [[(word >> bits | word << (32 - bits)) & 0xFFFFFFFF for word in first] for bits in (0, 8, 16, 24)]


_BOX, _BACK = _boxes()
_FORTH_TABLES = _tables(_BOX, (2, 1, 1, 3))
_BACK_TABLES = _tables(_BACK, (14, 9, 13, 11))


def _round_keys(key: bytes) -> list[tuple[int, ...]]:
    words = list(unpack(f">{len(key) // 4}I", key))
    length, constant = len(words), 1
    while len(words) < 4 * (length + 7):
        word = words[-1]
        if len(words) % length == 0:
            word = _substituted((word << 8 | word >> 24) & 0xFFFFFFFF) ^ constant << 24
            constant = _doubled(constant)
        elif length > 6 and len(words) % length == 4:
            word = _substituted(word)
        words.append(words[-length] ^ word)
    return [tuple(words[at : at + 4]) for at in range(0, len(words), 4)]


def _substituted(word: int) -> int:
    return int.from_bytes(bytes(_BOX[byte] for byte in word.to_bytes(4, "big")), "big")


def _unmixed(word: int) -> int:
    """A word of a round key as decryption needs it."""
    first, second, third, fourth = (_BOX[byte] for byte in word.to_bytes(4, "big"))
    a, b, c, d = _BACK_TABLES
    return a[first] ^ b[second] ^ c[third] ^ d[fourth]


class _Cipher:
    """A block to a block, in one direction, each as four words.

    Decryption shifts the rows the other way. With its columns in the order 0, 3, 2, 1 it is the same computation.
    """

    def __init__(self, key: bytes, *, forth: bool) -> None:
        keys = _round_keys(key)
        if not forth:
            last, *middle, first = keys
            keys = [first, *(tuple(map(_unmixed, words)) for words in reversed(middle)), last]
            keys = [(w0, w3, w2, w1) for w0, w1, w2, w3 in keys]
        self._forth = forth
        self._first, *self._middle, self._last = keys
        self._tables, self._box = (_FORTH_TABLES, _BOX) if forth else (_BACK_TABLES, _BACK)

    def __call__(self, block: bytes) -> bytes:
        a, b, c, d = self._tables
        s0, s1, s2, s3 = unpack(">4I", block) if self._forth else _BACKWARDS(unpack(">4I", block))
        k0, k1, k2, k3 = self._first
        s0, s1, s2, s3 = s0 ^ k0, s1 ^ k1, s2 ^ k2, s3 ^ k3
        for k0, k1, k2, k3 in self._middle:
            s0, s1, s2, s3 = (
                a[s0 >> 24] ^ b[s1 >> 16 & 255] ^ c[s2 >> 8 & 255] ^ d[s3 & 255] ^ k0,
                a[s1 >> 24] ^ b[s2 >> 16 & 255] ^ c[s3 >> 8 & 255] ^ d[s0 & 255] ^ k1,
                a[s2 >> 24] ^ b[s3 >> 16 & 255] ^ c[s0 >> 8 & 255] ^ d[s1 & 255] ^ k2,
                a[s3 >> 24] ^ b[s0 >> 16 & 255] ^ c[s1 >> 8 & 255] ^ d[s2 & 255] ^ k3,
            )
        box, (k0, k1, k2, k3) = self._box, self._last
        words = (
            (box[s0 >> 24] << 24 | box[s1 >> 16 & 255] << 16 | box[s2 >> 8 & 255] << 8 | box[s3 & 255]) ^ k0,
            (box[s1 >> 24] << 24 | box[s2 >> 16 & 255] << 16 | box[s3 >> 8 & 255] << 8 | box[s0 & 255]) ^ k1,
            (box[s2 >> 24] << 24 | box[s3 >> 16 & 255] << 16 | box[s0 >> 8 & 255] << 8 | box[s1 & 255]) ^ k2,
            (box[s3 >> 24] << 24 | box[s0 >> 16 & 255] << 16 | box[s1 >> 8 & 255] << 8 | box[s2 & 255]) ^ k3,
        )
        return pack(">4I", *(words if self._forth else _BACKWARDS(words)))


_BACKWARDS = itemgetter(0, 3, 2, 1)


def _blocks(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _BLOCK] for at in range(0, len(data) - _BLOCK + 1, _BLOCK))


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(_BLOCK, "big")


def ecb_encrypt(key: bytes, data: bytes) -> bytes:
    """Each block by itself.

    Examples
    --------
    The example of FIPS 197, C.1:

    >>> ecb_encrypt(bytes(range(16)), bytes.fromhex("00112233445566778899aabbccddeeff")).hex()
    '69c4e0d86a7b0430d8cdb78070b4c55a'
    """
    return b"".join(map(_Cipher(key, forth=True), _blocks(data)))


def ecb_decrypt(key: bytes, data: bytes) -> bytes:
    """The inverse; the example of FIPS 197, C.3.

    Examples
    --------
    >>> ecb_decrypt(bytes(range(32)), bytes.fromhex("8ea2b7ca516745bfeafc49904b496089")).hex()
    '00112233445566778899aabbccddeeff'
    """
    return b"".join(map(_Cipher(key, forth=False), _blocks(data)))


def cbc_encrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Each block after it was mixed with the encrypted one before it."""
    encrypt, encrypted = _Cipher(key, forth=True), [iv]
    for block in _blocks(data):
        encrypted.append(encrypt(_xor(block, encrypted[-1])))
    return b"".join(encrypted[1:])


def cbc_decrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """The inverse.

    Examples
    --------
    >>> cbc_decrypt(bytes(32), bytes(16), cbc_encrypt(bytes(32), bytes(16), b"sixteen letters," * 3))[16:]
    b'sixteen letters,sixteen letters,'
    """
    decrypt, before = _Cipher(key, forth=False), [iv, *_blocks(data)]
    return b"".join(_xor(decrypt(block), mask) for block, mask in zip(before[1:], before, strict=False))


class CryptAES:
    """What pypdf decrypts streams and texts with."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def decrypt(self, data: bytes, *, strict: bool = True) -> bytes:
        """The data after the vector that they begin with, without the padding at their end."""
        padded = cbc_decrypt(self._key, data[:_BLOCK], data[_BLOCK:])
        padding = padded[-1] if padded else 0
        return padded[:-padding] if 0 < padding <= _BLOCK else padded


def lend_to_pypdf() -> None:
    """Have pypdf decrypt with this where it has no library for it."""
    from pypdf import _crypt_providers, _encryption

    if _crypt_providers.crypt_provider[0] != "local_crypt_fallback":
        return
    functions: dict[str, Callable[..., object]] = {
        "CryptAES": CryptAES,
        "aes_cbc_decrypt": cbc_decrypt,
        "aes_cbc_encrypt": cbc_encrypt,
        "aes_ecb_decrypt": ecb_decrypt,
        "aes_ecb_encrypt": ecb_encrypt,
    }
    for name, function in functions.items():
        setattr(_encryption, name, function)
