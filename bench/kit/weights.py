"""Files of bytes that nobody can compress and nobody has seen: the stand-in for a layer of model weights."""
import hashlib
import os

from harness.images import write_random_file

TAIL = 16


class Weights:
    """One large file. Another tail makes another blob, whose digest costs no second pass over the file."""

    def __init__(self, path, mib, seed):
        write_random_file(path, mib, seed)
        self.path, self.size = path, mib << 20
        self.before_tail = hashlib.sha256()
        with open(path, "rb") as source:
            left = self.size - TAIL
            while left:
                piece = source.read(min(1 << 20, left))
                self.before_tail.update(piece)
                left -= len(piece)
        self.renew()

    def digest_with(self, tail):
        whole = self.before_tail.copy()
        whole.update(tail)
        return "sha256:" + whole.hexdigest()

    def renew(self):
        """Makes it a blob that no registry has; its digest."""
        tail = os.urandom(TAIL)
        with open(self.path, "r+b") as target:
            target.seek(self.size - TAIL)
            target.write(tail)
        self.digest = self.digest_with(tail)
        return self.digest
