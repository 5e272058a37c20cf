"""Times neural-tangents on the networks of bench/Large, for the columns JAX of docs/performance.md.

This program has not been run: JAX could not be installed where this project was measured, and the figures of those
columns are not from it. It was written beside the sources of neural-tangents, so that they can be measured again:

    pip install neural-tangents==0.6.5 "jax[cpu]==0.4.30"
    taskset -c 0,1 python3 bench/Measuring/NeuralTangents.py --precision f32
    taskset -c 0,1 python3 bench/Measuring/NeuralTangents.py --precision f64 --only images --samples 4 --batch 2

It prints the median ns an entry of the full n x n tangent kernel, jitted and warm, in as many rounds as --rounds says.
--batch computes blocks of so many rows by nt.batch; the quadrature of tanh and the images need it, for memory. The
degree of the quadrature (--degree) and the batches of the figures on the page are not known.
"""
import argparse
import statistics
import time
from importlib.metadata import version

import jax

parser = argparse.ArgumentParser()
parser.add_argument("--precision", choices=["f32", "f64"], default="f32")
parser.add_argument("--samples", type=int, default=4096, help="n")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--batch", type=int, default=0, help="rows of a block; it divides n, and 0 is all of them")
parser.add_argument("--degree", type=int, default=25, help="nodes of the quadrature of tanh")
parser.add_argument("--only", default="", help="names of networks, joined by commas, or images")
given = parser.parse_args()
jax.config.update("jax_enable_x64", given.precision == "f64")

import jax.numpy as jnp  # noqa: E402, after the choice of precision
import neural_tangents as nt  # noqa: E402
import numpy  # noqa: E402
from neural_tangents import stax  # noqa: E402

HE = 1.41421356


def dense(w=1.0, b=None):
    """The width does not matter to the kernel."""
    return stax.Dense(1, W_std=w, b_std=b)


def deep(depth, w, b, activation):
    return stax.serial(*[layer for _ in range(depth) for layer in (dense(w, b), activation())], dense())


def product(*branches):
    return stax.serial(stax.FanOut(len(branches)), stax.parallel(*branches), stax.FanInProd())


def ncp(degree):
    """hadamard(dense, ...) dense, as often as the degree says less one, around dense dense."""
    network = stax.serial(dense(), dense())
    for _ in range(degree - 1):
        network = stax.serial(product(dense(), network), dense())
    return network


def branch():
    return stax.serial(dense(), stax.Relu())


def convolutions(depth):
    def one():
        return stax.serial(stax.Conv(1, (3, 3), padding="SAME", W_std=HE, b_std=0.1), stax.Relu())

    return stax.serial(*[one() for _ in range(depth)])


def tanh():
    return stax.ElementwiseNumerical(jnp.tanh, deg=given.degree)


def pooled():
    """Two convolutions and a pool, twice, and two convolutions."""
    half = [convolutions(2), stax.AvgPool((2, 2), (2, 2))]
    return stax.serial(*half, *half, convolutions(2), stax.GlobalAvgPool(), dense())


# The name, the network, and the shape of a sample, as in bench/Large/ReferenceFigures.cs and ImagesPart.cs.
FLAT = [
    ("relu^3", deep(3, HE, None, stax.Relu), (16,)),
    ("relu^30", deep(30, HE, None, stax.Relu), (16,)),
    ("erf^3", deep(3, 1.4, 0.1, stax.Erf), (16,)),
    ("gelu^3", deep(3, 1.4, 0.1, stax.Gelu), (16,)),
    ("product", stax.serial(product(branch(), branch()), dense()), (16,)),
    ("ncp 4", ncp(4), (16,)),
    ("sin", stax.serial(dense(), stax.Sin(), dense()), (16,)),
    ("tanh^3", deep(3, 1.3, 0.1, tanh), (16,)),
    ("relu^3 784", deep(3, HE, None, stax.Relu), (784,)),
]
IMAGES = [
    ("5 conv, pool, 32", stax.serial(convolutions(5), stax.GlobalAvgPool(), dense()), (32, 32, 3)),
    ("5 conv, pool, 16", stax.serial(convolutions(5), stax.GlobalAvgPool(), dense()), (16, 16, 3)),
    ("6 conv, 3 pools, 32", pooled(), (32, 32, 3)),
    ("20 conv, flatten, 32", stax.serial(convolutions(20), stax.Flatten(), dense()), (32, 32, 3)),
]


def nanoseconds(network, shape):
    """The median time of an entry of the n x n matrix, without the first call, which compiles."""
    _, _, kernel = network
    if given.batch:
        kernel = nt.batch(kernel, batch_size=given.batch)                # it compiles its blocks itself
        compute = lambda x: kernel(x, None, "ntk")  # noqa: E731
    else:
        compute = jax.jit(lambda x: kernel(x, None, "ntk"))
    random = numpy.random.default_rng(1)
    x = jnp.asarray(random.standard_normal((given.samples, *shape)))     # float32 unless float64 is enabled
    seconds = []
    for _ in range(given.rounds + 1):
        start = time.perf_counter()
        jax.block_until_ready(compute(x))
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:]) / given.samples ** 2 * 1e9


chosen = given.only.split(",") if given.only else [name for name, _, _ in FLAT]
print(f"neural-tangents {version('neural-tangents')}, jax {jax.__version__}, {given.precision}, n = {given.samples}, "
      f"batch {given.batch or given.samples}, degree {given.degree}")
for name, network, shape in FLAT + (IMAGES if "images" in chosen else []):
    if name in chosen or (len(shape) == 3):
        print(f"{name}: {nanoseconds(network, shape):.3g} ns an entry", flush=True)
