"""One flipped bit in a batch file, or another batch in its place, never changes what is read from it."""
from common import *

refused = 0
for form in ("safetensors", "npz"):
    succeed("convert", *WHOLE, "--format", form, "--output", form)
    undamaged = succeed("stream", "--batches", form).stdout
    first, second = sorted(name for name in os.listdir(form) if name.startswith("batch"))[:2]
    chance = random.Random(2)
    header = 8 + struct.unpack("<Q", read(f"{form}/{first}")[:8])[0] if form == "safetensors" else 0
    for number in range(15):
        shutil.copytree(form, "copy", dirs_exist_ok=True)
        flip_bit(f"copy/{first}", chance, header)
        done = timestep("stream", "--batches", "copy")
        require(done.returncode == 1 or (done.returncode == 0 and done.stdout == undamaged), f"{form} {number}: exit {done.returncode}, other values")
        refused += done.returncode
    shutil.copytree(form, "copy", dirs_exist_ok=True)
    shutil.copy(f"{form}/{second}", f"copy/{first}")
    require(timestep("stream", "--batches", "copy").returncode == 1, f"a {form} batch in the place of another is accepted")
    shutil.rmtree("copy")
ok(f"{refused} of 30 damaged batches are refused, the others read as before; exchanged batches are refused")
