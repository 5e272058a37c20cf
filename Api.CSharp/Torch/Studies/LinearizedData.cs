using HadamardNtk.Core;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>The samples of the study: first those of the training, then those of the test, with |x|² = d.</summary>
internal sealed record LinearizedData(Matrix X, int Training)
{
    /// <summary>The samples as a tensor, which lives in the caller's scope.</summary>
    internal Tensor Tensor => torch.tensor(X.Data, [X.Rows, X.Columns], dtype: torch.ScalarType.Float64);

    /// <summary>Draws the samples, or takes and scales those that are given.</summary>
    internal static LinearizedData Of(LinearizedOptions options)
    {
        var count = options.Samples + options.TestSamples;
        return options.Data is { } given
            ? new(Scaled(given.SelectRows(0, count)), options.Samples)
            : new(
                Matrix.Wrap(
                    SphereTargets.points(options.Seed, count, options.Dimension), count, options.Dimension),
                options.Samples);
    }

    private static Matrix Scaled(Matrix x)
    {
        var scaled = new double[x.Data.Length];
        for (var i = 0; i < x.Rows; i++)
        {
            var row = x.Row(i);
            var size = Math.Sqrt(RowProducts.Dot(row, row) / x.Columns);
            for (var j = 0; j < x.Columns; j++)
            {
                scaled[(i * x.Columns) + j] = size > 0 ? row[j] / size : 0;
            }
        }

        return Matrix.Wrap(scaled, x.Rows, x.Columns);
    }
}
