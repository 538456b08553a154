# linnerud.csv and digits.csv.gz from scikit-learn's data sets:
#
#     apt-get install python3-sklearn
#     cd data && /usr/bin/python3 make-sklearn.py
#
# All values are whole numbers and are written as such.

import csv
import subprocess

from sklearn.datasets import load_digits, load_linnerud


def whole(row):
    for value in row:
        assert value == int(value)
    return [int(value) for value in row]


def write(name, header, rows):
    with open(name, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows([i] + whole(row) for i, row in enumerate(rows, 1))


linnerud = load_linnerud()
write("linnerud.csv",
      ["id"] + ["y:" + name for name in linnerud.target_names]
      + linnerud.feature_names,
      [[*y, *x] for y, x in zip(linnerud.target, linnerud.data)])

digits = load_digits()
write("digits.csv",
      ["id", "y"] + [f"pixel_{i}_{j}" for i in range(8) for j in range(8)],
      [[y, *x] for y, x in zip(digits.target, digits.data)])
subprocess.run(["gzip", "-n", "-9", "-f", "digits.csv"], check=True)
