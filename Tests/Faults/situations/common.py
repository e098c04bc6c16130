"""What every situation begins with: a directory with small data, a way to run the program, and to judge what it did."""
import atexit, json, os, random, resource, shutil, signal, struct, subprocess, sys, tempfile, time

if len(sys.argv) < 2 or not os.path.isfile(sys.argv[1]):
    print("usage: run PROGRAM"); sys.exit(2)
PROGRAM = os.path.abspath(sys.argv[1])
SKIPPED = 3
_here = os.path.dirname(os.path.abspath(__file__))
_room = tempfile.mkdtemp(prefix="timestep-situation-")
atexit.register(shutil.rmtree, _room, True)
os.chdir(_room)
# Background jobs and nohup ignore these, and a child would too. It does not inherit handlers.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # which removes the directory

def end(code, word, text):
    print(word + ": " + " ".join(str(text).split())[:420]); sys.exit(code)
def ok(text): end(0, "ok", text)
def skip(reason): end(SKIPPED, "skipped", reason)
def require(condition, text):
    if not condition: end(1, "falls short", text)
def require_root():
    if os.getuid() != 0: skip("it acts as another user, which requires root")

def write_sequences(folder, faulty=()):
    """12 sequences of 3 classes; the files numbered in faulty end with a row that is not numbers."""
    chance = random.Random(1)
    os.makedirs(folder)
    for number in range(12):
        label, steps = chance.randrange(3), chance.randint(3, 8)
        rows = ["%.4f,%.4f\n" % (label + chance.gauss(0, 0.5), chance.gauss(0, 1)) for _ in range(steps)]
        write(f"{folder}/x_{number}.csv", "".join(rows + ["oops,1\n"] * (number in faulty)).encode())
        write(f"{folder}/y_{number}.csv", b"%d\n" % label)
def write(path, data):
    with open(path, "wb") as file: file.write(data)
def read(path):
    with open(path, "rb") as file: return file.read()

def flags_for(folder):
    return ["--features", folder + "/x_%d.csv", "--labels", folder + "/y_%d.csv", "--classes", "3", "--align", "end", "--batch-size", "4"]
write_sequences("whole")
write_sequences("partly", faulty=(3, 7))
WHOLE = flags_for("whole")
PARTLY = [*flags_for("partly"), "--on-error", "skip-sequence"]
NETWORK = ["--hidden", "3"]
RESUMABLE = ["--checkpoints", "ck", "--checkpoint-every", "1", "--resume", "--model", "m"]

TESTED = ["--test-features", "whole/x_%d.csv", "--test-labels", "whole/y_%d.csv", "--allow-training-data"]

def timestep(*words, timeout=120, program=None, **more):
    """Its stdout and stderr are text; results has the bytes of stdout."""
    try:
        done = subprocess.run([program or PROGRAM, *map(str, words)], capture_output=True, timeout=timeout, **more)
    except subprocess.TimeoutExpired:
        require(False, f"{' '.join(map(str, words))[-80:]}: still running after {timeout} s")
    done.results = done.stdout
    done.stdout, done.stderr = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    return done
def limits(**amounts):
    """For preexec_fn: limits(AS=1 << 30) limits the address space."""
    def set_limits():
        for name, amount in amounts.items(): resource.setrlimit(getattr(resource, "RLIMIT_" + name), (amount, amount))
    return set_limits
def processor_seconds():
    """Of the programs so far: unlike time, the same on a busy machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
def no_crash(done, what):
    require(done.returncode in (0, 1, 64), f"{what}: exit {done.returncode}: {done.stderr[-200:]}")
    require("Fatal error" not in done.stderr and "Backtrac" not in done.stderr, f"{what}: a backtrace: {done.stderr[:200]}")
def refused(done, what, codes=(1,)):
    no_crash(done, what)
    require(done.returncode in codes, f"{what}: exit {done.returncode}: {done.stderr[-200:]}")
    require(done.stderr.strip(), f"{what}: exit {done.returncode} without a message")
def succeed(*words, **more):
    done = timestep(*words, **more)
    require(done.returncode == 0, f"{words[0]}: exit {done.returncode}: {done.stderr[-200:]}")
    return done
def wait_for(condition, what, seconds=30):
    end_of_patience = time.time() + seconds
    while not condition():
        require(time.time() < end_of_patience, f"after {seconds} s: {what}")
        time.sleep(0.01)

def killed_at_rename(words, number, path, when="after", **settings):
    """Runs a command that is killed at a rename to a path like this one; returns whether that rename took place."""
    if not os.path.exists("renames.so"):
        if not shutil.which("cc"): skip("renames.c requires a C compiler, cc")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", "renames.so", f"{_here}/renames.c", "-ldl"], check=True)
    settings |= {"LD_PRELOAD": f"{_room}/renames.so", "KILL": when, "KILL_AT": str(number), "KILL_PATH": path}
    done = timestep(*words, env={**os.environ, **settings})
    require(done.returncode in (-9, 0), f"killed {when} rename {number}: exit {done.returncode}: {done.stderr[-200:]}")
    return done.returncode == -9
def contents(folder):
    return {name: read(f"{folder}/{name}") for name in os.listdir(folder)} if os.path.isdir(folder) else None
def remove(*paths):
    for path in paths:
        if os.path.isdir(path): shutil.rmtree(path)
        elif os.path.lexists(path): os.remove(path)
def flip_bit(path, chance, first=0):
    data = bytearray(read(path))
    data[chance.randrange(first, len(data))] ^= 1 << chance.randrange(8)
    write(path, data)
