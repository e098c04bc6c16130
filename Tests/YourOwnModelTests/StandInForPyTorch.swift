/// The part of PyTorch that `timestep_stream.py` needs, in plain Python, for machines without PyTorch: a tensor is a view of memory.
let standInForPyTorch = """
  import sys
  import types

  class View:
      def __init__(self, bytes, format):
          self.bytes, self.format = bytes, format

      def reshape(self, shape):
          return self.bytes.cast("B").cast(self.format, shape)

  def frombuffer(buffer, dtype, count, offset):
      size = {"f": 4, "q": 8}[dtype]
      return View(memoryview(buffer)[offset:offset + size * count], dtype)

  torch, utils, data = (types.ModuleType(name) for name in ("torch", "torch.utils", "torch.utils.data"))
  torch.float32, torch.int64, torch.frombuffer, torch.utils = "f", "q", frombuffer, utils
  utils.data = data
  data.IterableDataset = object
  data.worker = None
  data.get_worker_info = lambda: data.worker
  sys.modules |= {"torch": torch, "torch.utils": utils, "torch.utils.data": data}

  """
