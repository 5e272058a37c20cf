"""scikit-learn's KernelRidge on a precomputed kernel, told by lines on stdin what to do and answering each with one.

Arguments: K.npy (n x n), C.npy (m x n), y.npy (n x outputs), the ridge, a file for the predictions.
"""
import sys

import numpy
import sklearn
from sklearn.kernel_ridge import KernelRidge

k, cross, y = (numpy.load(path) for path in sys.argv[1:4])
model, predicted = KernelRidge(alpha=float(sys.argv[4]), kernel="precomputed"), None
print(f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}", flush=True)
for line in sys.stdin:
    if line == "fit\n":
        model.fit(k, y)
    elif line == "predict\n":
        predicted = model.predict(cross)
    elif line == "save\n":
        numpy.save(sys.argv[5], predicted)
    print("done", flush=True)
