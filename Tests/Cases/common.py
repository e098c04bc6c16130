"""What every check begins with: a copy of its folder to work in, a way to run the program, and to judge what it said."""
import atexit, glob, json, os, re, resource, shutil, struct, subprocess, sys, tempfile
import numpy as np

if len(sys.argv) < 2 or not os.path.isfile(sys.argv[1]):
    print("usage: run PROGRAM"); sys.exit(2)
PROGRAM = os.path.abspath(sys.argv[1])
_room = tempfile.mkdtemp(prefix="case-")
atexit.register(shutil.rmtree, _room, True)
shutil.copytree(os.path.dirname(os.path.abspath(sys.argv[0])), os.path.join(_room, "case"))
os.chdir(os.path.join(_room, "case"))

def end(code, word, text):
    print(word + ": " + " ".join(str(text).split())[:420]); sys.exit(code)
def ok(text): end(0, "ok", text)
def short(text): end(1, "falls short", text)

class Run:
    """code, out, err; said: what it said on standard error, without usage, help lines and hints about speed."""
    def judge(r):
        r.said = "\n".join(l for l in r.err.splitlines() if not HINT.match(l))
        r.crashed = r.code not in (0, 1, 64) or "Fatal error" in r.err
        r.refused = not r.crashed and r.code in (1, 64)
        r.brief = "exit %d, %s" % (r.code, " ".join(r.said.split())[:230] or "no message")
HINT = re.compile(r"^(Help:|Usage:|  See |padding takes|reading takes|opening takes|parsing takes|reading is no bottleneck|epoch \d)")
def timestep(*words, stdin=b"", limit=300, memory=None):
    def less():
        if memory: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    r = Run(); r.words = words
    try:
        p = subprocess.run([PROGRAM, *words], input=stdin, capture_output=True, timeout=limit, preexec_fn=less,
                           env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
        r.code, r.out, r.err = p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        r.code, r.out, r.err = -999, "", "no end after %d seconds" % limit
    r.judge()
    return r

KINDS = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "I64": np.int64, "U8": np.uint8, "BOOL": np.bool_}
def tensors(folder):
    """The first batch that convert wrote."""
    return tensors_of(open(sorted(glob.glob(os.path.join(folder, "*.safetensors")))[0], "rb").read())[0]
def tensors_of(data):
    """The tensors of a safetensors file, and its metadata."""
    n, = struct.unpack("<Q", data[:8])
    head = json.loads(data[8:8 + n])
    notes = head.pop("__metadata__", {})
    def tensor(v):
        a, b = v["data_offsets"]
        return np.frombuffer(data[8 + n + a:8 + n + b], KINDS[v["dtype"]]).reshape(v["shape"]).astype(float)
    return {k: tensor(v) for k, v in head.items()}, notes
def convert(*words, out="out", **more):
    """timestep convert; t: the tensors of the first batch, if it wrote one."""
    shutil.rmtree(out, True)
    r = timestep("convert", *words, "--output", out, **more)
    r.t = tensors(out) if r.code == 0 else {}
    return r
def stream(*words):
    """timestep stream; batches: the tensors of every message, with its epoch and step."""
    p = subprocess.run([PROGRAM, "stream", *words], capture_output=True, timeout=300, env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
    r = Run(); r.words, r.code, r.out, r.err = words, p.returncode, "", p.stderr.decode("utf-8", "replace")
    r.judge()
    r.batches, rest = [], p.stdout
    while len(rest) >= 8 and (size := struct.unpack("<Q", rest[:8])[0]) > 0:
        t, notes = tensors_of(rest[8:8 + size])
        r.batches.append({**t, "epoch": int(notes["epoch"]), "step": int(notes["step"])})
        rest = rest[8 + size:]
    return r
def firsts(batches):
    """The first value of the first column of every example of these batches."""
    return [int(x[0, np.flatnonzero(m)[0]]) for t in batches for x, m in zip(t["features"], t["featuresMask"])]
def same(a, b, tolerance=1e-5):
    if a is None: return False
    a, b = np.asarray(a, float), np.asarray(b, float)
    return a.shape == b.shape and np.allclose(a, b, rtol=tolerance, atol=tolerance * 1e-3, equal_nan=True)
def classes(t):
    """For every example the class at every step, None where the label mask is 0."""
    m = t.get("labelsMask", np.ones((t["labels"].shape[0], t["labels"].shape[2])))
    return [[int(l[:, k].argmax()) if w[k] else None for k in range(l.shape[1])] for l, w in zip(t["labels"], m)]
def values(t, column=0):
    """For every example the label value at every step, None where the label mask is 0."""
    m = t.get("labelsMask", np.ones((t["labels"].shape[0], t["labels"].shape[2])))
    return [[round(float(l[column, k]), 4) if w[k] else None for k in range(l.shape[1])] for l, w in zip(t["labels"], m)]
def tidy(a): return np.array2string(np.asarray(a), separator=",", precision=9, threshold=60).replace("\n", "") if a is not None else "none"

_flags = {}
def unknown_flags(text, command="convert"):
    """Flags that a message names and the command does not have."""
    if command not in _flags:
        _flags[command] = set(re.findall(r"--[a-z][a-z-]+", timestep("help", command).out)) | {"--help"}
    return [f for f in re.findall(r"--[a-z][a-z-]+", text) if f not in _flags[command]]
def library_words(text):
    """Arguments of the Swift library in a message of the command line."""
    m = re.search(r"\(\w+: \.\w+\)", text)
    return m.group(0) if m else None
def fault_of_refusal(r, files, cause, never=None, command="convert"):
    """None if r refuses as it should: exit 1 (or 64), names one of the files, fits the pattern cause; else what is wrong."""
    if not r.refused: return r.brief
    if files and not any(f in r.said for f in files): return "refused, but the message names no file: " + r.brief
    if not re.search(cause, r.said, re.I): return "refused, but the message says neither the cause nor a flag that helps: " + r.brief
    if never and re.search(never, r.said, re.I): return "refused, but the message proposes what makes it worse: " + r.brief
    if unknown_flags(r.said, command): return "refused, but the message names a flag that does not exist: " + r.brief
    if library_words(r.said): return "refused, but the message names an argument of the library: " + r.brief
    return None
def said_of(r, names, pattern):
    """Whether a message (a refusal or a warning) names one of the names and fits the pattern."""
    return any(n in r.said for n in names) and re.search(pattern, r.said, re.I) is not None
def column(name, *words):
    """What inspect says of a column: (minimum, deviation), from --json where it is there, else from the table; and the run."""
    r = timestep("inspect", *words, "--json")
    try:
        for c in json.loads(r.out)["columns"]:
            if c["name"] == name: return (float(c["minimum"]), float(c["deviation"])), r
    except (ValueError, KeyError, TypeError): pass
    r = timestep("inspect", *words)
    row = next((l.split() for l in r.out.splitlines() if l.split()[:1] == [name]), None)
    return ((float(row[1]), float(row[4])) if row and len(row) > 4 else None), r

def inspect(location):
    """What inspect says of files without flags; converting, training: the commands that it prints, the likeliest first."""
    r = timestep("inspect", location)
    lines = [l.strip() for l in r.out.splitlines()]
    r.converting, r.training = ([l for l in lines if l.startswith("timestep %s " % c)] for c in ("convert", "train"))
    r.uncertain = [l for l in lines if l.startswith("not certain: ")]
    return r
def shell(command):
    """Runs a printed command, unchanged, as a shell does."""
    shutil.rmtree("batches", True)
    r = Run(); r.words = command
    path = os.path.dirname(PROGRAM) + ":" + os.environ["PATH"]
    p = subprocess.run(["sh", "-c", command], capture_output=True, timeout=300, env={**os.environ, "PATH": path, "SWIFT_BACKTRACE": "enable=no"})
    r.code, r.out, r.err = p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")
    r.judge()
    return r
def examples(folder="batches"):
    """The series of all batches: (features [steps, columns], labels [steps, classes], label mask), without padding."""
    found = []
    for path in sorted(glob.glob(os.path.join(folder, "*.safetensors"))):
        t = tensors_of(open(path, "rb").read())[0]
        for row, mask in enumerate(t["featuresMask"] > 0):
            labels = t["labels"][row][:, mask].T if "labels" in t else None
            found.append((t["features"][row][:, mask].T, labels, t["labelsMask"][row][mask] if "labels" in t else None))
    return found
def bits(a): return np.ascontiguousarray(np.asarray(a, np.float64).astype(np.float32) + np.float32(0)).tobytes()
def unequal(right, found):
    """What differs, bit for bit, between series and those of examples(); None if they are equal. A label of a series is at its last step."""
    if len(right) != len(found): return "%d series; right: %d" % (len(found), len(right))
    for i, ((x, y, m), (fx, fy, fm)) in enumerate(zip(right, found)):
        x = np.asarray(x, np.float32)
        if x.shape != fx.shape: return "series %d has the shape %s; right: %s" % (i, fx.shape, x.shape)
        if bits(x) != bits(fx):
            at = tuple(np.argwhere(x != fx.astype(np.float32))[0])
            return "series %d, step and column %s: %r; right: %r" % (i, at, fx[at], x[at])
        if (y is None) != (fy is None): return "series %d: labels %s; right: %s" % (i, fy is not None, y is not None)
        if y is None: continue
        if not np.array_equal(m, fm): return "series %d: the mask of labels is %s; right: %s" % (i, tidy(fm), tidy(m))
        y = np.asarray(y, np.float32)
        if y.shape != fy.shape: return "series %d: labels of shape %s; right: %s" % (i, fy.shape, y.shape)
        if bits(y * np.asarray(m)[:, None]) != bits(fy * fm[:, None]): return "series %d: labels %s; right: %s" % (i, tidy(fy), tidy(y))
    return None
def last_step(steps, values):
    """Labels of a series that has one, and their mask."""
    y, m = np.zeros((steps, len(values)), np.float32), np.zeros(steps)
    y[-1], m[-1] = values, 1
    return y, m
def one_hot(index, count): return [1.0 if k == index else 0.0 for k in range(count)]
