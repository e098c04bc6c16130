"""Control bytes in the names of columns, files and classes never reach the terminal."""
from common import *

write("h.csv", "a\x1b[31m\x1b]0;title\x07,b\u009b1m,c\u202e\n1,2,3\n4,5,6\n".encode())
write_sequences("d\x1b[31m")
write("l.csv", b"1,good\n2,b\x1b[31mad\n" * 2)
labels = ["--features", "l.csv", "--label-column", "1"]
succeed("train", *labels, "--label-categories", "good,b\x1b[31mad", *NETWORK, "--epochs", 1, "--model", "m")
tried = (
    ["inspect", "--features", "h.csv", "--header"], ["convert", "--features", "h.csv", "--header", "--output", "o"], ["inspect", *flags_for("d\x1b[31m")],
    ["evaluate", "--model", "m", *labels, "--allow-training-data"], ["inspect", "--model", "m"], ["convert", "--features", "none\x1b[31m", "--output", "p"],
)
for words in tried:
    done = timestep(*words)
    no_crash(done, words[0])
    for mark in ("\x1b", "\x07", "\u009b", "\u202e"):
        require(mark not in done.stdout + done.stderr, f"{words[:3]!r} prints {mark!r}")
ok(f"{len(tried)} commands print no control bytes")
