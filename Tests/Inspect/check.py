"""Runs `inspect` on generated folders and the commands that it prints; see README.md."""
import argparse, collections, glob, json, os, re, shutil, struct, subprocess, sys, tempfile, time
import numpy as np
from folders import Folder, LAYOUTS

KINDS = {"F32": np.float32, "I64": np.int64}

def tensors(path):
    data = open(path, "rb").read()
    n, = struct.unpack("<Q", data[:8])
    head = json.loads(data[8:8 + n])
    head.pop("__metadata__", None)
    def tensor(v):
        a, b = v["data_offsets"]
        return np.frombuffer(data[8 + n + a:8 + n + b], KINDS[v["dtype"]]).reshape(v["shape"])
    return {k: tensor(v) for k, v in head.items()}

def same(a, b): return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()

def difference(folder, output):
    """What differs between the batches in a folder and the arrays; None if they are equal bit for bit."""
    wanted = collections.defaultdict(list)
    for s in folder.series:
        a = s.array()
        wanted[a.shape, a.tobytes()].append(s)
    classes, count = folder.classes, 0
    for path in sorted(glob.glob(os.path.join(output, "*.safetensors"))):
        t = tensors(path)
        for row in range(t["features"].shape[0]):
            mask = t["featuresMask"][row] > 0
            features = np.ascontiguousarray(t["features"][row][:, mask].T)
            found = wanted.get((features.shape, features.tobytes()))
            if not found:
                right = ", ".join(sorted({str(shape) for (shape, _), v in wanted.items() if v}))
                return f"a series of shape {features.shape} begins {features[:1].tolist()}, which is none of shapes {right}, {folder.series[0].array()[:1].tolist()}"
            # Of two series with the same features, the one with these labels.
            problems = [labels_problem(s, classes, t, row, mask) for s in found]
            if None not in problems: return problems[0]
            del found[problems.index(None)]
            count += 1
    return None if count == len(folder.series) else f"{count} series; right: {len(folder.series)}"

def labels_problem(s, classes, t, row, mask):
    if not s.labels: return "labels, where there are none" if "labels" in t else None
    if "labels" not in t: return "no labels"
    steps = np.flatnonzero(mask)
    width = len(classes) or 1
    right = np.zeros((t["labels"].shape[1], len(mask)), np.float32)
    right_mask = np.zeros(len(mask), np.float32)
    for step, text in zip(steps[-1:] if len(s.labels) == 1 else steps, s.labels):
        if text is None: continue
        right_mask[step] = 1
        if classes:
            # Classes that are numbers from 0 have their own numbers.
            place = int(text) if "0" in classes else classes.index(text)
            if place >= len(right): return f"{len(right)} classes; right: {classes}"
            right[place, step] = 1
        else: right[0, step] = np.float32(float(text))
    if t["labels"].shape[1] != width: return f"{t['labels'].shape[1]} label columns; right: {width}, {classes}"
    if not same(t["labelsMask"][row], right_mask): return f"the labels mask is {t['labelsMask'][row].tolist()}; right: {right_mask.tolist()}"
    if not same(np.ascontiguousarray(t["labels"][row] * right_mask), right): return f"the labels are {t['labels'][row].tolist()}; right: {right.tolist()}"

def run(words, room, shell=False):
    environment = {**os.environ, "PATH": os.path.dirname(PROGRAM) + ":" + os.environ["PATH"], "SWIFT_BACKTRACE": "enable=no"}
    p = subprocess.run(["sh", "-c", words] if shell else words, cwd=room, capture_output=True, timeout=120, env=environment)
    return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")

def judge(folder, room, trains):
    """("equal" | "named" | "wrong", text)"""
    location = os.path.relpath(folder.write(os.path.join(room, "my data")), room)
    code, out, err = run([PROGRAM, "inspect", location], room)
    if code != 0: return "wrong", "inspect: " + err
    commands = [l.strip() for l in out.splitlines() if l.startswith("  timestep ")]
    convert = [c for c in commands if c.startswith("timestep convert ")]
    uncertain = [l for l in out.splitlines() if l.startswith("not certain: ")]
    faults = []
    for command in convert:
        shutil.rmtree(os.path.join(room, "batches"), True)
        code, _, err = run(command, room, shell=True)
        fault = err if code != 0 else difference(folder, os.path.join(room, "batches"))
        if fault is None: break
        faults.append(f"{command}: {fault.strip()[:400]}")
    text = "\n    ".join(faults + uncertain)
    if faults and (len(faults) == len(convert) or not uncertain): return "wrong", text
    if not convert: return "wrong", "no command"
    if trains:
        command = next((c for c in commands if c.startswith("timestep train ")), None)
        if command is None and folder.kind != "none": return "wrong", "no command to train"
        if command and not faults:
            code, _, err = run(command + " --epochs 1", room, shell=True)
            if code != 0: return "wrong", f"{command}: {err.strip()[-400:]}"
    return ("named" if faults else "equal"), text

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--count", type=int, default=len(LAYOUTS) * 15)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--keep", help="a folder for the one folder that --first names")
    given = parser.parse_args()
    PROGRAM = os.path.abspath(given.program)
    if given.keep:
        folder = Folder(given.first)
        print(folder.words, folder.write(given.keep))
        sys.exit()
    counts, start = collections.Counter(), time.time()
    by_layout = collections.defaultdict(collections.Counter)
    for seed in range(given.first, given.first + given.count):
        folder = Folder(seed)
        with tempfile.TemporaryDirectory(prefix="inspect-") as room:
            verdict, text = judge(folder, room, trains=seed % 4 == 0)
        counts[verdict] += 1
        by_layout[folder.layout][verdict] += 1
        if verdict != "equal": print(f"seed {seed}, {folder.words}: {verdict}\n    {text}", flush=True)
    for layout, found in by_layout.items(): print(f"{layout}: " + ", ".join(f"{n} {w}" for w, n in sorted(found.items())))
    print(f"{given.count} folders: {counts['equal']} equal bit for bit, {counts['named']} by another command that is printed for what is "
          f"not certain, {counts['wrong']} wrong ({time.time() - start:.0f} s)")
    sys.exit(counts["wrong"] > 0 or counts["named"] * 10 > given.count)
