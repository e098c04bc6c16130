"""What every situation begins with: a directory with small data, a way to run the program, and to judge what it did."""
import atexit, json, os, random, shutil, struct, subprocess, sys, tempfile

if len(sys.argv) < 2 or not os.path.isfile(sys.argv[1]):
    print("usage: run PROGRAM"); sys.exit(2)
PROGRAM = os.path.abspath(sys.argv[1])
_here = os.path.dirname(os.path.abspath(__file__))
_room = tempfile.mkdtemp(prefix="timestep-situation-")
atexit.register(shutil.rmtree, _room, True)
os.chdir(_room)

def end(code, word, text):
    print(word + ": " + " ".join(str(text).split())[:420]); sys.exit(code)
def ok(text): end(0, "ok", text)
def require(condition, text):
    if not condition: end(1, "falls short", text)

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

def timestep(*words, **more):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, errors="replace", timeout=120, **more)
def succeed(*words):
    done = timestep(*words)
    require(done.returncode == 0, f"{words[0]}: exit {done.returncode}: {done.stderr[-200:]}")
    return done
def killed_at_rename(words, number, path, when="after"):
    """Runs a command that is killed at a rename; returns whether that rename took place."""
    if not os.path.exists("renames.so"):
        subprocess.run(["cc", "-shared", "-fPIC", "-o", "renames.so", f"{_here}/renames.c", "-ldl"], check=True)
    done = timestep(*words, env={**os.environ, "LD_PRELOAD": f"{_room}/renames.so", "KILL": when, "KILL_AT": str(number), "KILL_PATH": path})
    require(done.returncode in (-9, 0), f"killed {when} rename {number}: exit {done.returncode}: {done.stderr[-200:]}")
    return done.returncode == -9
def flip_bit(path, chance, first=0):
    data = bytearray(read(path))
    data[chance.randrange(first, len(data))] ^= 1 << chance.randrange(8)
    write(path, data)
