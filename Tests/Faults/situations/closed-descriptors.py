"""With standard output or error closed, nothing that is meant for them gets into a file."""
from common import *

def closed(number, *words):
    return subprocess.run(["/bin/sh", "-c", f'exec "$@" {number}>&-', "sh", PROGRAM, *words], capture_output=True, timeout=120)

train = ["train", *PARTLY, *NETWORK, "--epochs", "2", "--model", "m"]
closed(1, *train, "--ledger", "led1")
closed(2, *train, "--ledger", "led2", "--journal", "j")
require(closed(1, "stream", *PARTLY, "--ledger", "led3").returncode != 0, "stream with standard output closed: exit 0")
files = [path for path in ("led1", "led2", "led3", "j") if os.path.exists(path)]
require({"led1", "led2", "j"} <= set(files), f"only these files were written: {files}")
for path in files:
    for line in read(path).decode().splitlines():
        try: json.loads(line)
        except ValueError: require(False, f"{path} contains {line[:60]!r}")
ok(f"only their own lines in {', '.join(files)}")
