using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>The laws of the interface of kernels, for each of them and for one that has the least.</summary>
public class EveryKernel : DataFolder
{
    private const int Count = 23;

    private static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(Count, 3, 1);
    private static readonly FiniteNetwork Finite = FiniteNetwork.Create(Net, width: 64, features: 3, seed: 5);
    private static readonly PrecomputedKernel Given = PrecomputedKernel.Of(Net.Ntk().Gram(X));
    private static readonly IReadOnlyList<int> Places = [.. Enumerable.Range(0, Count)];

    public static TheoryData<string> Rows => ["ntk", "nngp", "finite ntk", "finite nngp", "gaussian", "laplace", "inner product"];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_kernel_of_rows_keeps_the_laws(string name) => Meet(Of(name), X);

    [Fact]
    public void A_kernel_that_is_given_keeps_the_laws() => Meet(Given, Places);

    [Fact]
    public void A_kernel_of_graphs_keeps_the_laws() => Meet(
        Network.Parse("aggregate dense relu aggregate dense(b=0.1) relu global_sum_pool dense").GraphKernel(),
        GraphSamples.Random(Count, 7, 3, 6));

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void The_kernel_of_a_network_with_bottlenecks_keeps_the_laws(int? output)
    {
        var net = Network.Parse("dense(b=0.1) relu dense bottleneck(width=2) dense(b=0.2) erf dense bottleneck(width=3) dense relu dense");
        var run = BottleneckRun.Train(net, X, Samples.Random(Count, 2, 4), new() { Steps = 3, HeadWidth = 32, RecordEvery = 3 });
        Meet(run.Records[^1].Kernel(output), Places);
    }

    private static IKernel<Matrix> Of(string name) => name switch
    {
        "ntk" => Net.Ntk(),
        "nngp" => Net.Nngp(),
        "finite ntk" => Finite.Ntk(),
        "finite nngp" => Finite.Nngp(),
        "gaussian" => StationaryKernel.Gaussian(1.5),
        "laplace" => StationaryKernel.Laplace(0.7),
        _ => new InnerProduct(),
    };

    private static void Meet<TSamples>(IKernel<TSamples> kernel, TSamples x) where TSamples : class
    {
        int[] some = [5, 2, 2, 11];
        var (gram, part) = (kernel.Gram(x), kernel.Select(x, some));
        Assert.Equal((Count, 4), (kernel.Count(x), kernel.Count(part)));
        var scale = Enumerable.Range(0, Count).Max(i => gram[i, i]);
        var (diagonal, cross, square) = (kernel.Diagonal(x), kernel.Cross(part, x), kernel.Gram(part));
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(gram[i, i], diagonal[i], 1e-13 * scale);
            for (var j = 0; j < Count; j++)
            {
                Assert.Equal(gram[i, j], gram[j, i]);
            }
        }

        for (var i = 0; i < some.Length; i++)
        {
            for (var j = 0; j < Count; j++)
            {
                Assert.Equal(gram[some[i], j], cross[i, j], 1e-13 * scale);
            }

            for (var j = 0; j < some.Length; j++)
            {
                Assert.Equal(gram[some[i], some[j]], square[i, j], 1e-13 * scale);
            }
        }

        var v = Samples.Random(Count, 2, 9);
        Near(Times(gram, v), kernel.Multiply(x, v), Count * 1e-13 * scale);
        Near(Times(cross, v), kernel.Multiply(part, v, x), Count * 1e-13 * scale);
        Assert.Contains("one for each column of K", Assert.Throws<ArgumentException>(() => kernel.Multiply(x, v.SelectRows(1, 3))).Message);
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var sink = new Cells(Count);
            kernel.Compute(x, null, sink, new() { Precision = precision });
            var rounding = precision == Precision.Float64 ? 1e-13 : 1e-6;
            Near(gram, sink.Matrix, rounding * scale, lower: false);
        }
    }

    [Fact]
    public void A_product_in_blocks_is_that_with_the_whole_and_reports_its_progress()
    {
        var (x, seen) = (Samples.Random(3000, 2, 3), new List<double>());
        IKernel<Matrix> kernel = new InnerProduct();
        var v = Samples.Random(3000, 1, 4);
        var product = kernel.Multiply(x, v, null, new() { Progress = new Told(seen.Add) });
        Near(Times(x, Times(Transposed(x), v)), product, 1e-9);
        Assert.True(seen.Count > 1 && seen[^1] == 1 && seen.SequenceEqual(seen.Order()));
    }

    [Fact]
    public void The_row_at_which_a_kernel_has_no_value_is_counted_over_all_blocks()
    {
        var x = Matrix.Wrap([.. Enumerable.Range(0, 3000).Select(i => i == 2500 ? double.NaN : 1.0)], 3000, 1);
        var failure = Assert.Throws<KernelUndefinedException>(() => ((IKernel<Matrix>)new Hollow()).Multiply(x, Samples.Random(3000, 1, 4)));
        Assert.Equal(2500, failure.Row);
    }

    [Fact]
    public void A_kernel_from_a_file_is_the_one_in_memory()
    {
        Net.Ntk().WriteGram(Place("K.npy"), X);
        using var file = GramMatrix.Open(Place("K.npy"));
        var kernel = PrecomputedKernel.Of(file);
        Assert.Equal(Count, kernel.Size);
        Samples.SameBits(Given.Gram(Places), kernel.Gram(Places));
        Samples.SameBits(Given.Cross([3, 7], Places), kernel.Cross([3, 7], Places));
        Assert.Equal(Given.Diagonal(Places), kernel.Diagonal(Places));
    }

    [Fact]
    public void A_matrix_that_is_no_Gram_matrix_is_refused_where_it_fails()
    {
        Assert.Contains("2 x 3", Assert.Throws<ArgumentException>(() => PrecomputedKernel.Of(Matrix.Wrap(new double[6], 2, 3))).Message);
        Assert.Contains("samples 0 and 1", Assert.Throws<ArgumentException>(() => PrecomputedKernel.Of(new[,] { { 1, double.NaN }, { 1, 1 } })).Message);
        Assert.Contains("entry (1, 0) is 0.5, and entry (0, 1) is 0.25", Assert.Throws<ArgumentException>(() => PrecomputedKernel.Of(new[,] { { 1, 0.25 }, { 0.5, 1 } })).Message);
        Assert.Contains("places from 0 to 22", Assert.Throws<ArgumentOutOfRangeException>(() => Given.Gram([0, 23])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("other", () => Given.Cross([0], [-1]));

        // Tiles are checked on several threads, and the fault of the first rows is named.
        var large = Samples.Random(700, 700, 9).Data;
        for (var i = 0; i < 700; i++)
        {
            large.AsSpan(i * 700, i).Clear();
            large.AsSpan(i * 700 + i + 1, 699 - i).Clear();
        }

        large[600 * 700 + 300] = 3;
        Assert.Contains("entry (600, 300) is 3", Assert.Throws<ArgumentException>(() => PrecomputedKernel.Of(Matrix.Wrap(large, 700, 700))).Message);
        large[2 * 700 + 1] = double.PositiveInfinity;
        Assert.Contains("samples 2 and 1", Assert.Throws<ArgumentException>(() => PrecomputedKernel.Of(Matrix.Wrap(large, 700, 700))).Message);

        // Rounding to float32 is no asymmetry, and the matrix that comes out has none.
        var gram = PrecomputedKernel.Of(new[,] { { 1, 0.25 }, { 0.25 + 1e-8, 1 } }).Gram([0, 1]);
        Assert.Equal(gram[0, 1], gram[1, 0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    public void Stationary_kernels_are_their_formulas_of_the_distance_and_positive_definite(int features)
    {
        var x = Samples.Random(30, features, 8);
        double Distance(int i, int j) => Math.Sqrt(Enumerable.Range(0, features).Sum(k => Math.Pow(x[i, k] - x[j, k], 2)));
        var (gaussian, laplace) = (StationaryKernel.Gaussian(1.5), StationaryKernel.Laplace(0.7));
        var (g, l) = (gaussian.Gram(x), laplace.Gram(x));
        for (var i = 0; i < 30; i++)
        {
            for (var j = 0; j < 30; j++)
            {
                Assert.Equal(Math.Exp(-Distance(i, j) * Distance(i, j) / 4.5), g[i, j], 1e-15);
                Assert.Equal(Math.Exp(-Distance(i, j) / 0.7), l[i, j], 1e-15);
            }
        }

        Assert.True(Spectrum.Of(laplace, x).Values[^1] > 0);
        Assert.True(Spectrum.Of(gaussian, x).Values[^1] > -1e-15);
        Assert.Equal(("Gaussian", 1.5, "Laplace", 0.7), (gaussian.Name, gaussian.Length, laplace.Name, laplace.Length));

        // Rows that differ by 1e-9 keep the digits of their distance.
        var near = laplace.Gram(new[,] { { 1.0 }, { 1 + 1e-9 } });
        Assert.Equal(1 + 1e-9 - 1, -Math.Log(near[0, 1]) * 0.7, 1e-16);
    }

    [Fact]
    public void A_stationary_kernel_refuses_what_has_no_distance()
    {
        foreach (var length in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>("length", () => StationaryKernel.Gaussian(length));
            Assert.Throws<ArgumentOutOfRangeException>("length", () => StationaryKernel.Laplace(length));
        }

        var kernel = StationaryKernel.Gaussian(1);
        Assert.Contains("3 and 2", Assert.Throws<ArgumentException>(() => kernel.Cross(X, Matrix.Wrap([1, 2], 1, 2))).Message);
        Assert.Contains("row 1, column 0", Assert.Throws<ArgumentException>(() => kernel.Gram(new[,] { { 1 }, { double.NaN } })).Message);
    }

    [Fact]
    public void Only_kernels_of_infinite_width_have_a_prior()
    {
        IKernel<Matrix> ntk = Net.Ntk(), nngp = Net.Nngp();
        Samples.SameBits(nngp.Gram(X), ntk.Prior!.Gram(X));
        Assert.Same(nngp, nngp.Prior);
        Assert.Null(((IKernel<Matrix>)Finite.Ntk()).Prior);
    }

    private static void Near(Matrix expected, Matrix actual, double tolerance, bool lower = true)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        for (var i = 0; i < expected.Rows; i++)
        {
            for (var j = lower ? 0 : i; j < expected.Columns; j++)
            {
                Assert.Equal(expected[i, j], actual[i, j], tolerance);
            }
        }
    }

    private static Matrix Times(Matrix a, Matrix b) => Matrix.Wrap([
            .. from i in Enumerable.Range(0, a.Rows)
               from j in Enumerable.Range(0, b.Columns)
               select Enumerable.Range(0, a.Columns).Sum(k => a[i, k] * b[k, j]),
        ], a.Rows, b.Columns);

    private static Matrix Transposed(Matrix a) => new(Enumerable.Range(0, a.Columns).Select(a.Column));

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }

    private sealed class Cells(int n) : IGramSink
    {
        internal Matrix Matrix { get; } = Matrix.Wrap(new double[n * n], n, n);

        public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
            where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            for (var i = 0; i < tile.Rows; i++)
            {
                for (var j = 0; j < tile.Columns; j++)
                {
                    Matrix.Data[((tile.Row + i) * n) + tile.Column + j] = double.CreateChecked(entries[(i * stride) + j]);
                }
            }
        }
    }

    /// <summary>x · x′ with the five members that a kernel must have.</summary>
    private class InnerProduct : IKernel<Matrix>
    {
        public int Count(Matrix samples) => samples.Rows;

        public Matrix Select(Matrix samples, ReadOnlySpan<int> chosen) =>
            new([.. chosen.ToArray().Select(i => samples.Row(i).ToArray())]);

        public Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default) =>
            Cross(x, x, options, cancellation);

        public virtual Matrix Cross(Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default) =>
            Times(x, Transposed(other));

        public double[] Diagonal(Matrix x, CancellationToken cancellation = default) =>
            [.. Enumerable.Range(0, x.Rows).Select(i => x.Row(i).ToArray().Sum(v => v * v))];
    }

    /// <summary>A kernel without a value at rows that are no numbers.</summary>
    private sealed class Hollow : InnerProduct
    {
        public override Matrix Cross(Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default) =>
            Array.FindIndex(x.Data, double.IsNaN) is >= 0 and var bad
                ? throw new KernelUndefinedException(new("input", double.NaN, 1), bad)
                : Matrix.Wrap(new double[x.Rows * other.Rows], x.Rows, other.Rows);
    }
}
