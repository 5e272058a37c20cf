using MathNet.Numerics.LinearAlgebra;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Kernel ridge regression as its formulas say it, by an explicit inverse and eigenvalues.</summary>
internal sealed class PlainRegression
{
    private readonly Matrix<double> _shifted;
    private readonly Matrix<double> _inverse;
    private readonly Matrix<double> _y;

    internal PlainRegression(Matrix gram, double ridge, Matrix y)
    {
        _y = Dense(y);
        _shifted = Dense(gram) + ridge * Matrix<double>.Build.DenseIdentity(gram.Rows);
        _inverse = _shifted.Inverse();
    }

    /// <summary>(K + r I)⁻¹ y.</summary>
    internal Matrix Weights => Plain(_inverse * _y);

    /// <summary>k(x, X) (K + r I)⁻¹ y.</summary>
    internal Matrix Predict(Matrix cross) => Plain(Dense(cross) * _inverse * _y);

    /// <summary>k(x, x) − k(x, X) (K + r I)⁻¹ k(X, x).</summary>
    internal double[] Variances(Matrix cross, double[] diagonal) =>
        [.. diagonal.Select((k, i) => k - Dense(cross).Row(i) * _inverse * Dense(cross).Row(i))];

    /// <summary>
    /// log N(y; 0, K + r I), summed over the outputs: −½ Σ (v·y)²/λ + log(2πλ), λ and v the eigenvalues and eigenvectors.
    /// </summary>
    internal double LogDensity()
    {
        var spectrum = _shifted.Evd(Symmetricity.Symmetric);
        var projections = spectrum.EigenVectors.TransposeThisAndMultiply(_y);
        var values = spectrum.EigenValues.Real();
        double Term(double projection, double value) => projection * projection / value + Math.Log(2 * Math.PI * value);
        return -0.5 * projections.EnumerateIndexed().Sum(entry => Term(entry.Item3, values[entry.Item1]));
    }

    private static Matrix<double> Dense(Matrix m) => Matrix<double>.Build.DenseOfArray(m.ToArray());

    private static Matrix Plain(Matrix<double> m) => m.ToArray();
}
