namespace HadamardNtk.Bench;

/// <summary>Samples to compute on: numbers of a normal distribution, always the same.</summary>
internal static class Inputs
{
    /// <summary>n samples of d features.</summary>
    internal static Matrix Normal(int n, int d, int seed = 1)
    {
        var random = new Random(seed);
        var data = new double[n * d];
        for (var k = 0; k < data.Length; k++)
        {
            data[k] = (float)Normal(random);
        }

        return Matrix.Wrap(data, n, d);
    }

    /// <summary>Numbers of a uniform distribution.</summary>
    internal static double[] Uniform(int count, double least, double greatest, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => least + (greatest - least) * random.NextDouble())];
    }

    /// <summary>A .npy file of samples in float32.</summary>
    internal static void Save(Matrix x, string path)
    {
        using var writer = NpyTileWriter.Create(path, x.Rows, x.Columns, Precision.Float32);
        writer.WriteTile(0, 0, x.Data, x.Rows, x.Columns, x.Columns);
        writer.Commit();
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
