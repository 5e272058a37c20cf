using System.Buffers;
using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Y = K V from the products of blocks of K, which come in any order. The products for a row of Y are added in the
/// order of their columns, so that the sum does not depend on the order in which they come. A product that comes early
/// waits.
/// </summary>
internal sealed class ProductSum
{
    private readonly Lock _adding = new();
    private readonly List<Share> _waiting = [];
    // One output after the other.
    private readonly double[] _sums;
    private readonly int[] _reached;
    private readonly int _columns;
    private readonly int _outputs;

    internal ProductSum(int rows, int columns, int outputs)
    {
        (_columns, _outputs) = (columns, outputs);
        (_sums, _reached) = (new double[rows * outputs], new int[rows]);
    }

    /// <summary>
    /// The products of rows of K, in some columns, with V. Output o of row i is <c>Values[o * Rows + i]</c>.
    /// </summary>
    internal readonly record struct Share(int Row, int Rows, int Column, int Columns, double[] Values);

    /// <summary>Takes memory for a share, set to zero. It is reused when the share has been added.</summary>
    internal double[] Rent(int rows)
    {
        var values = ArrayPool<double>.Shared.Rent(rows * _outputs);
        values.AsSpan(0, rows * _outputs).Clear();
        return values;
    }

    /// <summary>Takes back memory of a share that is not added.</summary>
    internal void Return(double[] values) => ArrayPool<double>.Shared.Return(values);

    /// <summary>Adds a share now, or as soon as the shares before it are added.</summary>
    internal void Add(Share share)
    {
        lock (_adding)
        {
            _waiting.Add(share);
            for (var k = _waiting.FindIndex(IsNext); k >= 0; k = _waiting.FindIndex(IsNext))
            {
                var next = _waiting[k];
                _waiting.RemoveAt(k);
                AddNow(next);
            }
        }
    }

    /// <summary>Y, which has one row for each row of K and one column for each output.</summary>
    /// <exception cref="InvalidOperationException">A block is missing or came twice.</exception>
    internal Matrix ToMatrix() => _waiting.Count == 0 && !_reached.AsSpan().ContainsAnyExcept(_columns)
        ? ByRows()
        : throw new InvalidOperationException(
            "Expected the blocks of a grid that covers the matrix once; the backend gave others.");

    private static void Add(ReadOnlySpan<double> values, Span<double> to)
    {
        var i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(to[i..]) + new Vector<double>(values[i..])).CopyTo(to[i..]);
        }

        for (; i < values.Length; i++)
        {
            to[i] += values[i];
        }
    }

    private Matrix ByRows()
    {
        var (rows, product) = (_reached.Length, new double[_sums.Length]);
        Transposition.Copy<double>(_sums, _outputs, rows, rows, product, _outputs);
        return Matrix.Wrap(product, rows, _outputs);
    }

    private bool IsNext(Share share) => !_reached.AsSpan(share.Row, share.Rows).ContainsAnyExcept(share.Column);

    private void AddNow(Share share)
    {
        for (var o = 0; o < _outputs; o++)
        {
            Add(
                share.Values.AsSpan(o * share.Rows, share.Rows),
                _sums.AsSpan(o * _reached.Length + share.Row, share.Rows));
        }

        _reached.AsSpan(share.Row, share.Rows).Fill(share.Column + share.Columns);
        ArrayPool<double>.Shared.Return(share.Values);
    }
}
