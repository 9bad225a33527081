"""What the S3 that keeps no blobs knows of their bytes: one file with many ends, and checksums of what came in."""
import mmap
import os
import threading
import zlib

own = threading.local()


class Content:
    """The bytes that a digest stands for."""

    def __init__(self, path, tails):
        self.file = open(path, "rb")
        self.size = os.path.getsize(path)
        self.map = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)
        self.tails = {digest: bytes.fromhex(tail) for digest, tail in tails.items()}
        self.sums = {}

    def checksum(self, digest, offset, length):
        tail = self.tails[digest]
        shared = max(0, min(length, self.size - len(tail) - offset))
        key = (offset, shared)
        if key not in self.sums:
            with memoryview(self.map) as view, view[offset:offset + shared] as part:
                self.sums[key] = zlib.crc32(part)
        begin = max(0, offset + shared - (self.size - len(tail)))
        return zlib.crc32(tail[begin:begin + length - shared], self.sums[key])

    def send(self, connection, digest, offset, length):
        tail = self.tails[digest]
        shared = max(0, min(length, self.size - len(tail) - offset))
        if shared:
            connection.sendfile(self.file_of_thread(), offset, shared)
        if length > shared:
            begin = offset + shared - (self.size - len(tail))
            connection.sendall(tail[begin:begin + length - shared])

    def file_of_thread(self):
        # socket.sendfile moves the file's position, so no two threads may share one.
        if not hasattr(own, "file"):
            own.file = open(self.file.name, "rb")
        return own.file


class Bytes:
    """Bytes that came in: their length and checksum, and the bytes themselves when they are few."""

    def __init__(self, size, checksum, kept):
        self.size, self.checksum, self.kept = size, checksum, kept

    def matches(self, content, digest, offset):
        return self.checksum == content.checksum(digest, offset, self.size)


class Copied:
    """A range of another object, as UploadPartCopy takes it."""

    def __init__(self, source, start, size):
        self.source, self.start, self.size = source, start, size

    def matches(self, content, digest, offset):
        return self.start == offset and matches(self.source, content, digest)


def size_of(segments):
    return sum(segment.size for segment in segments)


def matches(segments, content, digest):
    """True when an object of these segments is the blob of `digest`, to the byte as far as a CRC tells."""
    offset = 0
    for segment in segments:
        if offset + segment.size > content.size or not segment.matches(content, digest, offset):
            return False
        offset += segment.size
    return offset == content.size
