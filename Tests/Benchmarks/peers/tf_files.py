"""tf.data over files, as its guide recommends: parallel map, padded_batch, prefetch, all tuned by itself.

tf_files.py --data DIR --count N"""

import argparse
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

from side import serve

CLASSES, COLUMNS = 10, 20


def load(features, label):
    lines = tf.strings.split(tf.strings.strip(tf.io.read_file(features)), "\n")
    columns = tf.io.decode_csv(lines, [[0.0]] * COLUMNS)
    return tf.stack(columns, axis=1), tf.strings.to_number(tf.strings.strip(tf.io.read_file(label)), tf.int32)


def finish(features, labels, lengths):
    steps = tf.shape(features)[1]
    mask = tf.sequence_mask(lengths, steps)
    labels_mask = tf.one_hot(lengths - 1, steps)
    return features, tf.one_hot(labels, CLASSES)[:, None, :] * labels_mask[:, :, None], mask, labels_mask


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--count", type=int, required=True)
    flags = parser.parse_args()
    names = [[f"{flags.data}/directory/{letter}_{index}.csv" for index in range(flags.count)] for letter in "fl"]
    batches = (
        tf.data.Dataset.from_tensor_slices(tuple(names))
        .map(load, num_parallel_calls=tf.data.AUTOTUNE)
        .map(lambda features, label: (features, label, tf.shape(features)[0]), num_parallel_calls=tf.data.AUTOTUNE)
        .padded_batch(32, padded_shapes=([None, COLUMNS], [], []))
        .map(finish, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE))

    def run():
        total = 0
        for _, _, mask, labels_mask in batches:
            total += int(mask.numpy().sum() + labels_mask.numpy().sum())
        return total

    serve(run)


if __name__ == "__main__":
    main()
