"""Control bytes in the names of columns and files never reach the terminal."""
from common import *

write("h.csv", "a\x1b[31m\x1b]0;title\x07,b\u009b1m,c\u202e\n1,2,3\n4,5,6\n".encode())
write_sequences("d\x1b[31m")
for words in (["inspect", "--features", "h.csv", "--header"], ["convert", "--features", "h.csv", "--header", "--output", "o"], ["inspect", *flags_for("d\x1b[31m")]):
    done = timestep(*words)
    require(done.returncode in (0, 1), f"{words[0]}: exit {done.returncode}")
    for mark in ("\x1b", "\x07", "\u009b", "\u202e"):
        require(mark not in done.stdout + done.stderr, f"{words[:3]!r} prints {mark!r}")
ok("three commands print no control bytes")
