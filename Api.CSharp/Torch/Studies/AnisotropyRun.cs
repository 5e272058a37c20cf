using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// A linear task along a neural anisotropy direction v: x = y v + w with w Gaussian in the space orthogonal to v, so
/// that the sign of x·v is the class.
/// </summary>
/// <param name="Index">The index of the direction, from 1.</param>
/// <param name="Value">Its singular value, relative to the first.</param>
/// <param name="Run">The network and its linearizations on the task.</param>
internal sealed record AnisotropyRun(int Index, double Value, TaskRun Run)
{
    /// <summary>The size of v in the noise's deviations.</summary>
    private const double Signal = 0.2;

    internal static IEnumerable<AnisotropyRun> Of(
        InitialNetwork start, LinearizedData data, LinearizedOptions options, CancellationToken cancellation)
    {
        if (options.Directions == 0)
        {
            yield break;
        }

        using var scope = torch.NewDisposeScope();
        using var module = start.Module(data, cancellation);
        var directions = AnisotropyDirections.Of(module, data.Tensor, cancellation);
        foreach (var index in Indices(directions.Values.Count, options.Directions))
        {
            var (points, y) = Task(directions.Directions.Row(index), data, options.Seed + index);
            var own = InitialNetwork.Of(start.Network, start.Width, points, start.Seed, cancellation);
            var run = TaskRun.Of(own, points, y, points.Training, options, watch: false, cancellation);
            yield return new(index + 1, directions.Values[index] / directions.Values[0], run);
        }
    }

    // Places from the first to the last, as far apart on a log scale as their number allows.
    private static IEnumerable<int> Indices(int count, int wanted) => Enumerable.Range(0, wanted)
        .Select(k => (int)Math.Round(Math.Pow(count, wanted == 1 ? 0 : k / (wanted - 1.0))) - 1).Distinct();

    private static (LinearizedData Data, double[] Y) Task(ReadOnlySpan<double> v, LinearizedData data, int seed)
    {
        var (rows, d) = (data.X.Rows, data.X.Columns);
        var draws = Core.Draws.normals(seed, rows * d);
        var y = new double[rows];
        for (var i = 0; i < rows; i++)
        {
            var row = draws.AsSpan(i * d, d);
            var along = RowProducts.Dot(row, v);
            y[i] = along > 0 ? 1 : -1;
            for (var j = 0; j < d; j++)
            {
                row[j] += ((y[i] * Signal) - along) * v[j];
            }
        }

        return (new(Matrix.Wrap(draws, rows, d), data.Training), y);
    }
}
