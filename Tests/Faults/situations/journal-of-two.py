"""A journal that another process writes is refused, and stays whole."""
from common import *

train = ["train", *WHOLE, *NETWORK, "--journal", "j"]
first = subprocess.Popen([PROGRAM, *train, "--epochs", "100000000", "--model", "m1"], stderr=subprocess.DEVNULL)
try:
    wait_for(lambda: os.path.exists("j") and os.path.getsize("j") > 2000, "no journal")
    second = timestep(*train, "--epochs", 2, "--model", "m2")
finally:
    first.send_signal(signal.SIGTERM)
    try: first.wait(20)
    except subprocess.TimeoutExpired: first.kill()
refused(second, "the second process")
numbers = [json.loads(line)["iteration"] for line in read("j").splitlines()]
require(numbers == list(range(1, len(numbers) + 1)), "the journal is out of order")
ok(f"the second process is refused; {len(numbers)} lines in order")
