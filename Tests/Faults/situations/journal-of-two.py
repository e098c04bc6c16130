"""A journal that another process writes is refused, and stays whole."""
from common import *
import signal, time

train = ["train", *WHOLE, *NETWORK, "--journal", "j"]
first = subprocess.Popen([PROGRAM, *train, "--epochs", "100000000", "--model", "m1"], stderr=subprocess.DEVNULL)
try:
    limit = time.time() + 20
    while not (os.path.exists("j") and os.path.getsize("j") > 2000):
        require(time.time() < limit, "no journal after 20 s")
        time.sleep(0.01)
    second = timestep(*train, "--epochs", 2, "--model", "m2")
finally:
    first.send_signal(signal.SIGINT)
    first.wait()
require(second.returncode == 1 and second.stderr.strip(), f"the second process: exit {second.returncode}")
numbers = [json.loads(line)["iteration"] for line in read("j").splitlines()]
require(numbers == list(range(1, len(numbers) + 1)), "the journal is out of order")
ok(f"the second process is refused; {len(numbers)} lines in order")
