"""What 95 % intervals hold and what probabilities of classes say, by hntk and by scikit-learn side by side.

    python3 bench/Measuring/Coverage.py dotnet Cli/bin/Release/net10.0/hntk.dll

The arguments are the command that runs hntk. Regression is on scikit-learn's own tables of diabetes, Boston houses, and
the petal widths of iris, each in the folds of five-fold cross-validation, with targets that are centered, and a scale
and a noise that make the training targets the most probable. hntk tries some ridges. scikit-learn's process has the same
kernel, as a class that asks hntk for its matrices, beside a WhiteKernel, and climbs its likelihood. Classes are digits,
wine and iris, half of the rows each, with one ridge; beside them stand the frequencies of the classes alone.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import sklearn
from sklearn import datasets
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Kernel, WhiteKernel
from sklearn.model_selection import KFold

NETWORK = "(dense(w=1.41421356,b=0.1) relu)^2 dense"
RIDGES = [0.001 * 2**k for k in range(14)]
CLASS_RIDGE = 0.01
FOLDER = Path(tempfile.mkdtemp(prefix="coverage-"))


def hntk(*words):
    """Runs a command and returns its JSON."""
    done = subprocess.run([*sys.argv[1:], *map(str, words), "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)["result"]


def save(**arrays):
    """Writes arrays to files of the folder and returns their paths."""
    for name, array in arrays.items():
        numpy.save(FOLDER / f"{name}.npy", array)
    return [FOLDER / f"{name}.npy" for name in arrays]


def gram(x, other=None):
    """The kernel of the network between rows, by hntk."""
    x, z = save(gx=x, gz=x if other is None else other)
    hntk("gram", "--net", NETWORK, "--x", x, *([] if other is None else ["--x2", z]), "--out", FOLDER / "K.npy")
    return numpy.load(FOLDER / "K.npy")


class NetworkKernel(Kernel):
    """A kernel of scikit-learn whose matrices hntk computes. It has no parameter, and keeps the last matrix of x."""

    def __init__(self):
        self.known = None

    def __call__(self, x, other=None, eval_gradient=False):
        if other is not None:
            return gram(x, other)
        if self.known is None or not numpy.array_equal(self.known[0], x):
            self.known = (x, gram(x))
        k = self.known[1]
        return (k, numpy.empty((*k.shape, 0))) if eval_gradient else k

    def diag(self, x):
        x, = save(dx=x)
        hntk("gram", "--net", NETWORK, "--x", x, "--diagonal", "--out", FOLDER / "d.npy")
        return numpy.load(FOLDER / "d.npy").ravel()

    def is_stationary(self):
        return False


def ours(x, y, x_new, y_new):
    """How many targets are in their intervals, their log density, and the predictions of hntk."""
    x, y, x_new, y_new = save(x=x, y=y, x_new=x_new, y_new=y_new)
    model, out = FOLDER / "model", FOLDER / "Y.npy"
    fit = ["fit", "--net", NETWORK, "--x", x, "--y", y, "--center-y", "--scale", "auto", "--model", model]
    best = max(RIDGES, key=lambda ridge: hntk(*fit, "--ridge-relative", ridge)["log_marginal_likelihood"])
    hntk(*fit, "--ridge-relative", best)
    said = hntk("predict", "--model", model, "--x", x_new, "--y", y_new, "--interval", 95, "--out", out)
    inside = said["coverage"] / 100 * len(numpy.load(y_new))
    return inside, said["log_density"], numpy.load(out).ravel()


def theirs(x, y, x_new, y_new):
    """The same of scikit-learn."""
    kernel = ConstantKernel(0.1, (1e-6, 1e6)) * NetworkKernel() + WhiteKernel(0.1, (1e-6, 1e3))
    process = GaussianProcessRegressor(kernel, alpha=0, normalize_y=True).fit(x, y)
    mean, deviation = process.predict(x_new, return_std=True)
    error = (y_new - mean) / deviation
    density = -(error**2 / 2 + numpy.log(deviation) + numpy.log(2 * numpy.pi) / 2).mean()
    return (numpy.abs(error) <= 1.959963984540054).sum(), density, mean


def regression(name, x, y):
    """A line of the table of regressions for either program."""
    x = (x - x.mean(0)) / x.std(0)
    for program in (ours, theirs):
        inside, density, predicted = 0, [], numpy.empty(len(y))
        for old, new in KFold(5, shuffle=True, random_state=1).split(x):
            found = program(x[old], y[old], x[new], y[new])
            inside += found[0]
            density.append(found[1])
            predicted[new] = found[2]
        r2 = 1 - ((y - predicted) ** 2).sum() / ((y - y.mean()) ** 2).sum()
        print(f"{name:10} {'hntk' if program is ours else 'scikit-learn':13} {len(y):5} "
              f"{100 * inside / len(y):8.2f} {numpy.mean(density):12.4f} {r2:8.4f}", flush=True)


def classes(name, x, labels):
    """A line of the table of classifiers."""
    order = numpy.random.RandomState(1).permutation(len(labels))
    old, new = order[: len(order) // 2], order[len(order) // 2:]
    x_old, y_old, x_new, y_new = save(x=x[old], y=labels[old], x_new=x[new], y_new=labels[new])
    hntk("fit", "--net", NETWORK, "--x", x_old, "--y", y_old, "--classify", "--ridge-relative", CLASS_RIDGE,
         "--model", FOLDER / "classes")
    said = hntk("predict", "--model", FOLDER / "classes", "--x", x_new, "--y", y_new, "--probabilities",
                "--out", FOLDER / "P.npy")
    shares = numpy.bincount(labels[old]) / len(old)
    print(f"{name:10} {len(new):5} {said['accuracy']:9.2f} {said['log_loss']:9.4f} {said['calibration_error']:12.4f} "
          f"{-numpy.log(shares[labels[new]]).mean():15.4f}", flush=True)


def main():
    tables = Path(datasets.__file__).parent / "data"
    boston = numpy.loadtxt(tables / "boston_house_prices.csv", delimiter=",", skiprows=2)
    iris = datasets.load_iris().data
    print(f"{NETWORK}, scikit-learn {sklearn.__version__}\n")
    print("regression  program        rows  coverage  log density       R2")
    regression("diabetes", *datasets.load_diabetes(return_X_y=True, scaled=False))
    regression("boston", boston[:, :-1], boston[:, -1])
    regression("iris width", iris[:, :3], iris[:, 3])
    print("\nclasses     rows  accuracy  log loss  calibration  of frequencies")
    for name, load in (("digits", datasets.load_digits), ("wine", datasets.load_wine), ("iris", datasets.load_iris)):
        x, labels = load(return_X_y=True)
        classes(name, (x - x.mean(0)) / numpy.maximum(x.std(0), 1e-9), labels)


main()
