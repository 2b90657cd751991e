"""fold.py SCENARIOS FACTORS TAIL: the fold of `limitArrays.c` with numpy, by the same protocol."""

import sys
import time

import numpy

scenarios, factors, tail = (int(text) for text in sys.argv[1:4])
index = numpy.arange(scenarios * factors, dtype=numpy.int64)
moves = (0.1 * ((index * 7919 % 100003) / 100003.0 - 0.5)).reshape(scenarios, factors)
exposures = numpy.array([1000.0 * (factor * 13 % 29 - 14) for factor in range(factors)])
shortfall = 0.0
for _ in sys.stdin:
    start = time.perf_counter_ns()
    losses = -(moves @ exposures)
    shortfall = numpy.partition(losses, scenarios - tail)[scenarios - tail :].mean()
    print(time.perf_counter_ns() - start, flush=True)
print(repr(float(shortfall)))
