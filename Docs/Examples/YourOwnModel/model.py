"""A model that Timestep trains: answers every message on standard input with one on standard output.

model.py          an LSTM of PyTorch (lstm_classifier.py)
model.py --plain  softmax regression without PyTorch (softmax_regression.py)"""

import copy
import os
import sys

sys.dont_write_bytecode = True  # no __pycache__ among the sources

import messages  # noqa: E402


def serve(Model):
    # Text that a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    models = {}
    while (request := messages.read(sys.stdin.buffer)) is not None:
        notes, batch = request
        for number in notes.get("dropped", "").split():
            del models[number]
        number, answer = notes["model"], ({}, {})
        if notes["do"] == "make":
            models[number] = Model(int(notes["inputs"]), int(notes["outputs"]), int(notes["seed"]))
        elif notes["do"] == "copy":
            models[number] = copy.deepcopy(models[notes["from"]])
        elif notes["do"] == "fit":
            answer = models[number].fit(batch), {}
        elif notes["do"] == "score":
            answer = models[number].score(batch), {}
        elif notes["do"] == "output":
            answer = {}, {"output": models[number].output(batch)}
        else:
            sys.exit(f"model.py cannot {notes['do']}")
        messages.write(answers, *answer)


if __name__ == "__main__":
    if sys.argv[1:] == ["--plain"]:
        from softmax_regression import SoftmaxRegression as Model
    else:
        try:
            from lstm_classifier import LSTMClassifier as Model
        except ImportError as error:
            sys.exit(f"{error}: pip install torch numpy, or name a Python that has them (--python), or try --quick")
    serve(Model)
