"""SIGTERM, SIGINT and SIGHUP end every command within two seconds, by 128 + the signal's number, and leave nothing."""
from common import *

def write_lines(path, parts):
    with open(path, "w") as file: file.writelines(parts)

write_lines("long.csv", ["".join(f"{n % 97},{n % 13}\n" for n in range(100_000))] * 40)
# 700 MB: an index that cannot be interrupted takes longer than two seconds.
groups = "".join(f"k{key},{n % 97},{n % 13}\n" for key in range(20_000) for n in range(100))
write_lines("grouped.csv", (groups.replace("k", chr(ord("A") + n)) for n in range(30)))
write("label.csv", b"1\n")
succeed("train", *WHOLE, *NETWORK, "--epochs", 1, "--model", "m")
evaluated = ["--features", "long.csv", "--labels", "label.csv", "--align", "end", "--on-error", "skip-sequence"]
commands = {
    "inspect": ["inspect", "--features", "long.csv", "--window", "100,1"],
    "evaluate": ["evaluate", "--model", "m", *evaluated[:4], "--ledger", "led", "--on-error", "skip-sequence"],
    "convert": ["convert", "--features", "long.csv", "--window", "100,1", "--output", "o"],
    "stream": ["stream", "--features", "long.csv", "--window", "100,1"],
    "indexing": ["convert", "--features", "grouped.csv", "--group-by", "@0", "--output", "o"],
    "train": ["train", *PARTLY, *NETWORK, "--epochs", "1000000", "--ledger", "led", "--report", "r.html", "--model", "n"],
}
os.mkdir("tmp")
around, slowest, stops = set(os.listdir(".")) | {"led"}, (0, ""), 0
for name, words in commands.items():
    for number, moment in ((signal.SIGTERM, 0.3), (signal.SIGINT, 0.7), (signal.SIGHUP, 1.1)):
        what = f"{name}, {number.name}"
        process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": os.path.abspath("tmp")})
        time.sleep(moment)
        require(process.poll() is None, f"{what}: ended after {moment} s with exit {process.returncode}, before it was stopped: enlarge its data")
        process.send_signal(number)
        begin = time.time()
        try: process.wait(20)
        except subprocess.TimeoutExpired: process.kill(); process.wait()
        seconds = time.time() - begin
        allowed = 2 if os.getloadavg()[0] < os.cpu_count() else 4  # more where others use this machine
        require(seconds < allowed, f"{what}: it took {seconds:.1f} s")
        require(process.returncode in (128 + number, -number), f"{what}: exit {process.returncode}")
        left = set(os.listdir(".")) - around | set(os.listdir("tmp"))
        remove("r.html")
        require(not left - {"r.html"}, f"{what}: left {left}")
        slowest, stops = max(slowest, (seconds, what)), stops + 1
ok(f"{stops} stops of {len(commands)} commands, the slowest ({slowest[1]}) within {slowest[0]:.2f} s")
