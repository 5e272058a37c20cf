"""Writes TrueValues.txt: function, arguments, and the true value as the sum of two doubles, from 60 digits (mpmath)."""
import math
import random
import struct
from mpmath import acos, atan2, exp, mp, mpf

mp.dps = 60
random.seed(20)

def uniform(a, b, n):
    return [random.uniform(a, b) for _ in range(n)]

def sized(low, high, n, signs=(1, -1)):
    """Numbers of all sizes from 2^low to 2^high."""
    return [random.choice(signs) * math.ldexp(random.uniform(1, 2), random.randint(low, high - 1)) for _ in range(n)]

def near(x, n):
    """x and its neighbours, ever further away."""
    steps = [random.choice((1, -1)) * random.randint(1, 2 ** (2 * k)) for k in range(1, n + 1)]
    bits = struct.unpack("<q", struct.pack("<d", x))[0]
    return [x] + [struct.unpack("<d", struct.pack("<q", bits + s))[0] for s in steps]

unary = {
    "Acos": (acos, uniform(-1, 1, 140) + [1 - abs(x) for x in sized(-52, -1, 40)] + [abs(x) - 1 for x in sized(-52, -1, 20)] + near(0.5, 10)),
    "Exp": (exp, uniform(-708, 709.7, 80) + uniform(-2, 2, 60) + sized(-60, 9, 60) + near(709.782712893384, 0) + near(-math.log(2), 10)),
}
pairs = list(zip(sized(-500, 500, 80), sized(-500, 500, 80))) + list(zip(uniform(-1, 1, 140), uniform(-1, 1, 140)))
binary = {
    "Atan2": (atan2, pairs),
    "AtanRight": (atan2, [(y, abs(x)) for y, x in pairs]),
}

def line(name, arguments, y):
    high = float(y)
    low = float(y - mpf(high))
    return " ".join([name] + [repr(x) for x in arguments] + [repr(high), f"{low:.4g}"])

with open("TrueValues.txt", "w") as out:
    for name, (f, xs) in unary.items():
        out.writelines(line(name, (x,), f(mpf(x))) + "\n" for x in xs)
    for name, (f, xs) in binary.items():
        out.writelines(line(name, x, f(mpf(x[0]), mpf(x[1]))) + "\n" for x in xs)
