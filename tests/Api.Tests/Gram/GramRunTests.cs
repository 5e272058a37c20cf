using System.Numerics;
using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Tiles of a request, requests for tiles, and what a run of them tells.</summary>
public class GramRunTests
{
    private static readonly Network Net = Network.Parse("(dense(w=1.3) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(11, 4, 3);
    private static readonly Matrix Y = Samples.Random(5, 4, 4);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(1000)]
    public void Tiles_cover_what_counts_once(int side)
    {
        foreach (var request in new[] { new GramRequest(Net, X), new GramRequest(Net, X, Y) })
        {
            var seen = new int[request.Rows, request.Columns];
            foreach (var tile in request.Tiles(side))
            {
                Assert.True(tile.Rows <= side && tile.Columns <= side);
                foreach (var part in request.IsSymmetric ? tile.UpperParts() : [tile])
                {
                    for (var k = 0; k < part.Count; k++)
                    {
                        seen[part.Row + k / part.Columns, part.Column + k % part.Columns]++;
                    }
                }
            }

            for (var i = 0; i < request.Rows; i++)
            {
                for (var j = request.IsSymmetric ? i : 0; j < request.Columns; j++)
                {
                    Assert.Equal(1, seen[i, j]);
                }
            }
        }
    }

    [Fact]
    public void Parts_of_any_tile_are_its_entries_on_and_above_the_diagonal_and_squares_on_it()
    {
        int[] sizes = [1, 2, 3, 5];
        foreach (var tile in from row in Enumerable.Range(0, 6)
                             from column in Enumerable.Range(0, 6)
                             from rows in sizes
                             from columns in sizes
                             select new GramTile(row, column, rows, columns))
        {
            var (upper, all) = (new List<(int, int)>(), new HashSet<(int, int)>());
            foreach (var part in tile.UpperParts())
            {
                Assert.True(part.IsDiagonal || part.Row + part.Rows <= part.Column, $"{part} of {tile}");
                upper.AddRange(Entries(part).Where(e => !part.IsDiagonal || e.Column >= e.Row));
                all.UnionWith(Entries(part));
            }

            Assert.Equal(Entries(tile).Where(e => e.Column >= e.Row), upper.Order());
            Assert.Subset(Entries(tile).ToHashSet(), all);
        }
    }

    private static IEnumerable<(int Row, int Column)> Entries(GramTile tile) =>
        from i in Enumerable.Range(tile.Row, tile.Rows) from j in Enumerable.Range(tile.Column, tile.Columns) select (i, j);

    public static TheoryData<string, Precision> Exactly() => new()
    {
        { "cpu", Precision.Float64 }, { "cpu", Precision.Float32 }, { "exact", Precision.Float64 }, { "reference", Precision.Float64 },
    };

    [Theory]
    [MemberData(nameof(Exactly))]
    public void A_tile_cut_out_has_the_bits_of_the_whole(string name, Precision precision)
    {
        var backend = Backends.Find(name);
        foreach (var request in new[] { new GramRequest(Net, X, null, KernelKind.Ntk, precision), new GramRequest(Net, X, Y, KernelKind.Nngp, precision) })
        {
            var whole = Entries(backend, request);
            foreach (var tile in request.Tiles(4))
            {
                var part = Entries(backend, request.Cut(tile));
                for (var i = 0; i < tile.Rows; i++)
                {
                    for (var j = 0; j < tile.Columns; j++)
                    {
                        Assert.Equal(whole[tile.Row + i, tile.Column + j], part[i, j]);
                    }
                }
            }
        }
    }

    [Fact]
    public void What_is_no_tile_of_the_result_is_refused()
    {
        var request = new GramRequest(Net, X, Y);
        GramTile[] outside = [new(-1, 0, 1, 1), new(0, 0, 0, 1), new(0, 3, 1, 3), new(11, 0, 1, 1), new(0, 0, int.MaxValue, 1)];
        Assert.All(outside, tile => Assert.Contains("11 x 5", Assert.Throws<ArgumentOutOfRangeException>(() => request.Cut(tile)).Message));
        Assert.Throws<ArgumentOutOfRangeException>(() => request.Tiles(0));
    }

    [Fact]
    public void The_failure_of_the_first_tile_is_thrown_whoever_is_first()
    {
        var run = new GramRun(new(Net, X), new Nowhere(), new GramOptions(), default);
        run.Fail(new(4, 4, 4, 4), new InvalidOperationException("third"));
        run.Fail(new(0, 4, 4, 4), new InvalidOperationException("second"));
        run.Fail(new(4, 8, 4, 3), new InvalidOperationException("fourth"));
        Assert.Equal("second", Assert.Throws<InvalidOperationException>(run.Complete).Message);
        Assert.Empty(run.Wanted(new GramRequest(Net, X).Tiles(4)));
    }

    [Fact]
    public void Progress_ends_at_one_with_tiles_that_are_wanted_or_not()
    {
        var told = new List<double>();
        var request = new GramRequest(Net, X);
        var run = new GramRun(request, new Nowhere { Refused = new(0, 4, 4, 4) }, new GramOptions { Progress = new Told(told) }, default);
        foreach (var tile in run.Wanted(request.Tiles(4)))
        {
            run.Write<double>(tile, new double[tile.Count], tile.Columns);
        }

        run.Complete();
        Assert.Equal(6, told.Count);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1], 1e-12);
    }

    [Fact]
    public void A_cancelled_run_says_so()
    {
        var run = new GramRun(new(Net, X), new Nowhere(), new GramOptions(), new CancellationToken(true));
        Assert.Empty(run.Wanted(new GramRequest(Net, X).Tiles(4)));
        Assert.Throws<OperationCanceledException>(run.Complete);
    }

    private static double[,] Entries(IKernelBackend backend, GramRequest request)
    {
        var sink = new Table(request);
        backend.Compute(request, sink, new GramOptions { Threads = 2 }, default);
        return sink.Values;
    }

    private sealed class Table(GramRequest request) : IGramSink
    {
        internal double[,] Values { get; } = new double[request.Rows, request.Columns];

        public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (var i = 0; i < tile.Rows; i++)
            {
                for (var j = 0; j < tile.Columns; j++)
                {
                    var (row, column) = (tile.Row + i, tile.Column + j);
                    if (!request.IsSymmetric || column >= row)
                    {
                        Values[row, column] = double.CreateTruncating(entries[i * stride + j]);
                        if (request.IsSymmetric)
                        {
                            Values[column, row] = Values[row, column];
                        }
                    }
                }
            }
        }
    }

    private sealed class Nowhere : IGramSink
    {
        internal GramTile? Refused { get; init; }

        public bool Wants(GramTile tile) => tile != Refused;

        public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride) where T : unmanaged, IFloatingPointIeee754<T>
        {
        }
    }

    private sealed class Told(List<double> told) : IProgress<double>
    {
        public void Report(double value) => told.Add(value);
    }
}
