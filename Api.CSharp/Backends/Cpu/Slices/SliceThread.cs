using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>One thread of a panel on slices.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class SliceThread<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly SlicePanel<T> _panel;
    private readonly GramRun _run;
    private readonly CancellationToken _cancellation;
    private readonly SliceWorker<T> _worker;
    private readonly Lanes _lanes = new();
    private readonly T[] _tile;
    private readonly double[] _values;
    private SliceWorker<double>? _exact;
    private SingleRounding? _rounding;

    internal SliceThread(SlicePanel<T> panel, GramRun run, CancellationToken cancellation)
    {
        (_panel, _run, _cancellation, _worker) = (panel, run, cancellation, panel.Work.NewWorker());
        (_tile, _values) = (new T[SliceRequests.Height * SliceRequests.Width], new double[_worker.Lanes]);
    }

    private GramRequest Request => _panel.Work.Request;

    /// <summary>Computes a tile, and writes it to the run.</summary>
    internal void Fill(GramTile tile)
    {
        for (var i = tile.Row; i < tile.Row + tile.Rows; i++)
        {
            _panel.Begin(_worker, i);
            for (var j = tile.Column; j < tile.Column + tile.Columns; j += _worker.Lanes)
            {
                var count = Math.Min(_worker.Lanes, tile.Column + tile.Columns - j);
                if (Request.IsSymmetric && j + count <= i)
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
        if (_panel.Work.Program.Constant is { } constant)
        {
            Array.Fill(_values, constant);
        }
        else
        {
            doubtful = _panel.Pairs(_worker, j, _values);
        }

        for (var k = 0; k < count; k++)
        {
            var isSure = double.IsFinite(_values[k]) && (doubtful >> k & 1) == 0;
            to[k] = typeof(T) == typeof(double)
                ? T.CreateTruncating(Finite(i, j + k, _values[k]))
                : T.CreateTruncating(Rounded(i, j + k, isSure ? _values[k] : Exact(i, j + k)));
        }
    }

    private double Exact(int i, int j)
    {
        _exact ??= _panel.Work.NewExact();
        _lanes.CountDouble();
        return Finite(i, j, _panel.Exact(_exact, i, j));
    }

    private double Finite(int i, int j, double value) =>
        double.IsFinite(value) ? value : throw BlockPairs.Undefined(Sample(Greater(i, j)), value, Greater(i, j));

    private float Rounded(int i, int j, double value) =>
        float.IsFinite((float)value) && (value == 0 || Math.Abs(value) >= PairLanes.LeastSingle)
            ? (float)value
            : (_rounding ??= new(Request)).Of(i, j, value, Greater(i, j));

    // Of two rows of a symmetric matrix the greater one is the reason for a value that is not finite.
    private int Greater(int i, int j) => Request.IsSymmetric && !(Square(j) <= Square(i)) ? j : i;

    private double Square(int i) => RowProducts.Dot(Request.X.Row(i), Request.X.Row(i));

    private SpatialSample Sample(int i) => SpatialKernel.ofRow(Request.X.Row(i).ToArray());
}
