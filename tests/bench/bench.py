"""What the benchmarks share: runs that alternate, medians, ratios, skips.

The machine may be busy: every round runs each contestant once, and what is
reported is the ratio of the medians over the rounds. No time is promised.
"""
import gzip
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BIN = os.environ.get('MTL_BIN', os.path.join(ROOT, 'bin'))
DATA = os.path.join(ROOT, 'data')
SHARED = os.path.join(ROOT, '..', 'shared', 'data')
ROUNDS = int(os.environ.get('ROUNDS', '5'))
WORK = tempfile.TemporaryDirectory(prefix='mtl-bench.')
os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')
os.environ['LC_ALL'] = 'C'


def work(name):
    """A path in the work folder, which goes at the end."""
    return os.path.join(WORK.name, name)


def skip(what):
    print('SKIPPED: %s' % what, flush=True)


def shared(name):
    """A data set beside the sources, or None, told."""
    path = os.path.join(SHARED, name)
    if os.path.exists(path):
        return path
    skip('%s is not here' % name)
    return None


def has(program):
    for folder in os.environ['PATH'].split(os.pathsep):
        if os.access(os.path.join(folder, program), os.X_OK):
            return True
    skip('%s is not installed' % program)
    return False


def run(*command, stdin=None):
    """Runs a program; its standard output and error as text."""
    command = [str(c) for c in command]
    if command[0].startswith('mtl-'):
        command[0] = os.path.join(BIN, command[0])
    done = subprocess.run(command, stdin=stdin, capture_output=True,
                          text=True)
    if done.returncode != 0:
        sys.exit('%s: status %d: %s' % (' '.join(command), done.returncode,
                                        done.stderr))
    return done.stdout, done.stderr


def train(*options, tool='mtl-train'):
    """Runs mtl-train: seconds in all, seconds of the fit, objective."""
    start = time.monotonic()
    _, said = run(tool, '-v', *options)
    total = time.monotonic() - start
    fit = re.search(r'(?:fit|: (?!read)\S+) ([0-9.e+-]+) s:', said)
    objective = re.search(r'objective ([0-9.e+-]+)', said)
    return {'total': total, 'fit': float(fit.group(1)) if fit else None,
            'objective': float(objective.group(1)) if objective else None}


def meta(model, name):
    """A number of a model's meta records."""
    with open(model) as f:
        for line in f:
            if line.startswith('meta,%s,' % name):
                return float(line.rstrip('\n').split(',')[-1])
    raise KeyError(name)


def timed(call):
    start = time.monotonic()
    got = call()
    got = dict(got) if isinstance(got, dict) else {}
    got.setdefault('total', time.monotonic() - start)
    return got


def alternate(title, ours, peers, rounds=None, keys=('fit', 'total')):
    """Rounds of ours and each peer in turn; prints medians and ratios."""
    names = ['mtl'] + list(peers)
    calls = [ours] + list(peers.values())
    seen = {name: [] for name in names}
    for _ in range(rounds or ROUNDS):
        for name, call in zip(names, calls):
            seen[name].append(timed(call))
    print(title)

    def median(name, key):
        values = [s[key] for s in seen[name] if s.get(key) is not None]
        return statistics.median(values) if values else None
    for name in names:
        line = '  %-22s' % name
        for key in keys:
            mine, his = median('mtl', key), median(name, key)
            if his is None:
                continue
            line += '  %s %.4g s' % (key, his)
            if name != 'mtl' and mine:
                line += ' (%.3g times ours)' % (his / mine)
        last = seen[name][-1]
        if last.get('objective') is not None:
            line += '  objective %.9g' % last['objective']
        print(line, flush=True)
    return seen


def school():
    """Rows of School's first split, or those of exam.csv."""
    path = work('school.csv')
    if os.path.exists(path):
        return path
    rows, splits = shared('school.csv.gz'), shared('school_splits.csv.gz')
    if rows is None or splits is None:
        print('data/exam.csv takes the place of School')
        return os.path.join(DATA, 'exam.csv')
    with gzip.open(rows, 'rt') as f, gzip.open(splits, 'rt') as g, \
            open(path, 'w') as out:
        for i, (row, split) in enumerate(zip(f, g)):
            cell = 'split' if i == 0 else split.split(',')[2]
            out.write('%s,%s\n' % (row.rstrip('\n'), cell))
    return path


def long_table(path):
    """A long table of numbers: task names, X, y, split or None."""
    import csv
    import numpy as np
    with (gzip.open(path, 'rt') if path.endswith('.gz') else
          open(path)) as f:
        read = csv.reader(f)
        head = next(read)
        rows = list(read)
    roles = ('id', 'task', 'y', 'split', 'fold')
    at = [j for j, name in enumerate(head) if name not in roles]
    task = np.array([r[head.index('task')] for r in rows])
    X = np.array([[float(r[j]) for j in at] for r in rows])
    y = np.array([float(r[head.index('y')]) for r in rows])
    split = (np.array([r[head.index('split')] for r in rows])
             if 'split' in head else None)
    return task, X, y, split
