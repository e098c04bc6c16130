r"""A batch of another conversion, of the same form, is rejected wherever saved batches are read."""
from common import *

for i in range(4):
    for name, shift in ("a", 0), ("b", 100): open(f"{name}_{i}.csv", "w").write(f"{i + shift},{i % 2}\n{i + shift},{i % 2}\n")
for name in "a", "b":
    r = convert("--features", f"{name}_%d.csv", "--label-column", "1", "--classes", "2", "--batch-size", "2", out=name)
    if r.code: short(r.brief)
batch = sorted(glob.glob("a/*.safetensors"))[1]
before = open(batch, "rb").read()
commands = [["train", "--batches", "a", "--epochs", "1", "--hidden", "2", "--model", "m.st"], ["inspect", "--batches", "a"]]
for command in commands:
    r = timestep(*command)
    if r.code: short("this check is at fault: " + r.brief)
shutil.copy(batch.replace("a/", "b/"), batch)
for command in commands:
    fault = fault_of_refusal(timestep(*command), [os.path.basename(batch)], r"convert|manifest|other", command=command[0])
    if fault: short(f"{command[0]}: {fault}")
open(batch, "wb").write(before)
if timestep(*commands[0], "--overwrite").code: short("its own batch is rejected")
ok("a batch belongs to its conversion")
