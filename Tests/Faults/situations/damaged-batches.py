"""One flipped bit in a batch file, or another batch in its place, never changes what is read from it."""
from common import *

refusals = 0
for form in ("safetensors", "npz"):
    succeed("convert", *WHOLE, "--format", form, "--output", form)
    undamaged = succeed("stream", "--batches", form).results
    first, second = sorted(name for name in os.listdir(form) if name.startswith("batch"))[:2]
    chance = random.Random(2)
    header = 8 + struct.unpack("<Q", read(f"{form}/{first}")[:8])[0] if form == "safetensors" else 0
    for number in range(30):
        shutil.copytree(form, "copy", dirs_exist_ok=True)
        flip_bit(f"copy/{first}", chance, header)
        done = timestep("stream", "--batches", "copy")
        no_crash(done, f"damaged {form} {number}")
        require(done.returncode == 1 and done.stderr.strip() or (done.returncode == 0 and done.results == undamaged), f"{form} {number}: exit {done.returncode}, other values")
        refusals += done.returncode
    shutil.copytree(form, "copy", dirs_exist_ok=True)
    shutil.copy(f"{form}/{second}", f"copy/{first}")
    refused(timestep("stream", "--batches", "copy"), f"a {form} batch in the place of another")
    shutil.rmtree("copy")
ok(f"{refusals} of 60 damaged batches are refused, the others read as before; exchanged batches are refused")
