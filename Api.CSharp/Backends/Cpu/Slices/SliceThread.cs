using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>One thread of a request on slices.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class SliceThread<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly SliceWork<T> _work;
    private readonly GramRun _run;
    private readonly CancellationToken _cancellation;
    private readonly SliceWorker<T> _worker;
    private readonly Lanes _lanes = new();
    private readonly T[] _tile;
    private readonly double[] _values;
    private SliceWorker<double>? _exact;
    private int _exactRow = -1;

    internal SliceThread(SliceWork<T> work, GramRun run, CancellationToken cancellation)
    {
        (_work, _run, _cancellation, _worker) = (work, run, cancellation, work.NewWorker());
        (_tile, _values) = (new T[SliceRequests.Height * SliceRequests.Width], new double[_worker.Lanes]);
    }

    /// <summary>Computes a tile, and writes it to the run.</summary>
    internal void Fill(GramTile tile)
    {
        for (var i = tile.Row; i < tile.Row + tile.Rows; i++)
        {
            _worker.Begin(_work.Rows, i);
            _exactRow = -1;
            for (var j = tile.Column; j < tile.Column + tile.Columns; j += _worker.Lanes)
            {
                var count = Math.Min(_worker.Lanes, tile.Column + tile.Columns - j);
                if (_work.Request.IsSymmetric && j + count <= i)
                {
                    continue;
                }

                _cancellation.ThrowIfCancellationRequested();
                Fill(i, j, count, _tile.AsSpan((i - tile.Row) * SliceRequests.Width + j - tile.Column, count));
            }
        }

        _run.Write<T>(
            tile, _tile.AsSpan(0, (tile.Rows - 1) * SliceRequests.Width + tile.Columns), SliceRequests.Width);
    }

    /// <summary>Adds the counts of escalated pairs to the run, and frees the memory.</summary>
    public void Dispose()
    {
        _run.Count(_lanes);
        _worker.Dispose();
        _exact?.Dispose();
    }

    private void Fill(int i, int j, int count, Span<T> to)
    {
        uint doubtful = 0;
        if (_work.Program.Constant is { } constant)
        {
            Array.Fill(_values, constant);
        }
        else
        {
            doubtful = _worker.Pairs(_work.Columns, j / _worker.Lanes, _values);
        }

        for (var k = 0; k < count; k++)
        {
            var isSure = double.IsFinite(_values[k]) && (doubtful >> k & 1) == 0;
            to[k] = typeof(T) == typeof(double)
                ? T.CreateTruncating(Finite(i, _values[k]))
                : T.CreateTruncating(Rounded(i, isSure ? _values[k] : Exact(i, j + k)));
        }
    }

    private double Exact(int i, int j)
    {
        var work = _work.Exact;
        _exact ??= work.NewWorker();
        if (_exactRow != i)
        {
            _exact.Begin(work.Rows, i);
            _exactRow = i;
        }

        var values = new double[_exact.Lanes];
        _exact.Pairs(work.Columns, j / _exact.Lanes, values);
        _lanes.CountDouble();
        return Finite(i, values[j % _exact.Lanes]);
    }

    private double Finite(int i, double value) =>
        double.IsFinite(value)
            ? value
            : throw BlockPairs.Undefined(SpatialKernel.ofRow(_work.Request.X.Row(i).ToArray()), value, i);

    private float Rounded(int i, double value) =>
        float.IsFinite((float)value)
            ? (float)value
            : BlockPairs.Single(SpatialKernel.ofRow(_work.Request.X.Row(i).ToArray()), value, i);
}
