"""The reader of standard error goes away (2>&1 | head): training ends as usual, with all files."""
from common import *

process = subprocess.Popen([PROGRAM, "train", *PARTLY, *NETWORK, "--epochs", "200", "--ledger", "led", "--report", "r.html", "--model", "m"], stderr=subprocess.PIPE)
process.stderr.close()
require(process.wait(120) == 0, f"exit {process.returncode}")
require(all(map(os.path.exists, ("m", "led", "r.html"))), f"files: {os.listdir('.')}")
ok("exit 0, with model, ledger and report")
