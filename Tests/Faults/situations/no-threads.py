"""No further thread can be started: a message, or the work on one thread."""
from common import *

require_root()
os.chmod(".", 0o777)
program, user = shutil.copy(PROGRAM, "timestep"), 61235
outcomes = []
for words in (["train", *WHOLE, *NETWORK, "--epochs", 1, "--model", "m"], ["convert", *WHOLE, "--output", "o"], ["stream", *WHOLE]):
    expected = succeed(*words).results
    remove("m", "o")
    done = timestep(*words, program=os.path.abspath(program), user=user, group=user, extra_groups=[], preexec_fn=limits(NPROC=1))
    if done.returncode: refused(done, words[0])
    require(done.returncode == 1 or done.results == expected, f"{words[0]}: exit 0 with other results")
    outcomes.append(f"{words[0]}: exit {done.returncode}")
ok(", ".join(outcomes))
