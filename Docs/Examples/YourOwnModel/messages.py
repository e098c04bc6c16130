"""Messages of tensors between programs: 8 bytes of length, then a safetensors file. Needs only the standard library."""

import json
import struct
from collections import namedtuple

# The type's name in safetensors ("F32" or "I64"), the size of every axis, and the elements in C order.
Tensor = namedtuple("Tensor", "type shape bytes")


def read(stream):
    """Returns the next message, as its notes and its tensors by name; None at the end of the stream."""
    front = stream.read(8)
    size = struct.unpack("<Q", front)[0] if front else 0
    if size == 0:
        return None
    buffer = memoryview(bytearray(size))
    if stream.readinto(buffer) < size:
        raise EOFError("the stream was cut off inside a message")
    start = 8 + struct.unpack_from("<Q", buffer)[0]
    header = json.loads(bytes(buffer[8:start]))
    notes = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        tensors[name] = Tensor(entry["dtype"], entry["shape"], buffer[start + first:start + last])
    return notes, tensors


def write(stream, notes, tensors):
    """Writes a message and flushes it."""
    header, end = {"__metadata__": notes}, 0
    for name, tensor in tensors.items():
        size = len(tensor.bytes)
        header[name] = {"dtype": tensor.type, "shape": tensor.shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    stream.write(struct.pack("<QQ", 8 + len(text) + end, len(text)) + text)
    for tensor in tensors.values():
        stream.write(tensor.bytes)
    stream.flush()
