"""One step of stateful prediction by onnxruntime on one thread: the LSTM operator, Gemm, Softmax.

onnx_step.py C n --call run|binding"""

import argparse

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from side import serve


def model(inputs, size):
    random = np.random.default_rng(1)

    def weights(name, *shape):
        return numpy_helper.from_array(random.normal(0, 0.1, shape).astype(np.float32), name)

    nodes = [
        helper.make_node("LSTM", ["x", "W", "R", "B", "", "h", "c"], ["", "h2", "c2"], hidden_size=size),
        helper.make_node("Squeeze", ["h2", "axis"], ["flat"]),
        helper.make_node("Gemm", ["flat", "V", "b"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["y"], axis=-1),
    ]
    state = [1, 1, size]
    shapes = {"x": [1, 1, inputs], "h": state, "c": state, "y": [1, 10], "h2": state, "c2": state}
    infos = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()}
    constants = [
        weights("W", 1, 4 * size, inputs), weights("R", 1, 4 * size, size), weights("B", 1, 8 * size),
        weights("V", size, 10), weights("b", 10), numpy_helper.from_array(np.array([0]), "axis"),
    ]
    graph = helper.make_graph(
        nodes, "step", [infos[name] for name in ("x", "h", "c")], [infos[name] for name in ("y", "h2", "c2")],
        constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", type=int, nargs=2)
    parser.add_argument("--call", choices=["run", "binding"], default="run")
    flags = parser.parse_args()
    inputs, size = flags.sizes
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model(inputs, size).SerializeToString(), options, providers=["CPUExecutionProvider"])
    rows = np.random.default_rng(2).normal(size=(64, 1, 1, inputs)).astype(np.float32)
    zeros = np.zeros((1, 1, size), np.float32)
    if flags.call == "run":
        state = [zeros, zeros, 0]

        def run():
            output, state[0], state[1] = session.run(None, {"x": rows[state[2]], "h": state[0], "c": state[1]})
            state[2] = (state[2] + 1) & 63
            return output.size

    else:
        # Buffers are bound once; two bindings take turns, each reading what the other wrote.
        value = onnxruntime.OrtValue.ortvalue_from_numpy
        x, y = value(rows[0]), value(np.zeros((1, 10), np.float32))
        states = [(value(zeros), value(zeros)), (value(zeros), value(zeros))]
        bindings = []
        for before, after in ((states[0], states[1]), (states[1], states[0])):
            binding = session.io_binding()
            for name, bound in zip(("x", "h", "c"), (x, *before)):
                binding.bind_ortvalue_input(name, bound)
            for name, bound in zip(("y", "h2", "c2"), (y, *after)):
                binding.bind_ortvalue_output(name, bound)
            bindings.append(binding)
        turn = [0]

        def run():
            x.update_inplace(rows[turn[0]])
            session.run_with_iobinding(bindings[turn[0] & 1])
            turn[0] = (turn[0] + 1) & 63
            return y.numpy().size

    serve(run)


if __name__ == "__main__":
    main()
