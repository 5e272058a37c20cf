using System.Runtime.ExceptionServices;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>
/// Square blocks in ascending order from several threads, of a symmetric request the upper triangle only; whatever lies
/// below the diagonal is not a number. The entries are a formula of their place.
/// </summary>
internal sealed class BlockBackend(int side, Action<int>? before = null, string identity = "blocks") : IKernelBackend
{
    private int _computed;

    public string Name => "blocks";

    public string Description => "blocks of a formula";

    /// <summary>The blocks that were computed.</summary>
    internal int Computed => _computed;

    public string Identity(GramRequest request) => identity;

    internal static float Entry(bool isSymmetric, int i, int j) =>
        isSymmetric && j < i ? Entry(isSymmetric, j, i) : MathF.Sin(1 + 0.37f * i + 1.91f * j) / (1 + i % 7);

    public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
    {
        var blocks = (
            from i in Enumerable.Range(0, (request.Rows + side - 1) / side)
            from j in Enumerable.Range(0, (request.Columns + side - 1) / side)
            where !request.IsSymmetric || j >= i
            select (i * side, j * side)).ToArray();
        var (next, failure) = (-1, (Exception?)null);
        var threads = Enumerable.Range(0, options.Threads).Select(_ => new Thread(Work)).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        cancellation.ThrowIfCancellationRequested();
        if (failure is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        void Work()
        {
            try
            {
                for (var k = 0; failure is null && !cancellation.IsCancellationRequested && (k = Interlocked.Increment(ref next)) < blocks.Length;)
                {
                    Give(request, sink, blocks[k].Item1, blocks[k].Item2);
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        }
    }

    private void Give(GramRequest request, IGramSink sink, int row, int column)
    {
        var (rows, columns) = (Math.Min(side, request.Rows - row), Math.Min(side, request.Columns - column));
        var place = new GramTile(row, column, rows, columns);
        if (!sink.Wants(place))
        {
            return;
        }

        var count = Interlocked.Increment(ref _computed);
        before?.Invoke(count);
        var tile = Enumerable.Repeat(float.NaN, side * side).ToArray();
        for (var i = 0; i < rows; i++)
        {
            for (var j = request.IsSymmetric ? Math.Max(0, row + i - column) : 0; j < columns; j++)
            {
                tile[i * side + j] = Entry(request.IsSymmetric, row + i, column + j);
            }
        }

        if (request.Precision == Precision.Float32)
        {
            sink.Write<float>(place, tile, side);
        }
        else
        {
            sink.Write<double>(place, Array.ConvertAll(tile, x => (double)x), side);
        }
    }
}
