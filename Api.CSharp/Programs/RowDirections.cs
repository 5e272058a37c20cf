using System.Numerics;
using System.Runtime.InteropServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The numbers of the directions of rows. Rows that are positive multiples of one another share a number, opposite rows
/// have its negative, and rows of zeros have 0. Rows of two matrices can be compared if one object numbers both
/// matrices, or continues the numbers of another. Proportional rows have the same quotients by their first feature that
/// is not zero, to the last bit, so these tell which rows to compare. A comparison decides without rounding whether
/// they are proportional.
/// </summary>
/// <param name="known">
/// Directions whose numbers go on here. No rows are added to them meanwhile, so several threads may continue them.
/// </param>
internal sealed class RowDirections(RowDirections? known = null)
{
    // float32 does not hold every number beyond this many rows.
    private const int Most = 1 << 24;

    private readonly Dictionary<ulong, int> _last = [];
    private readonly List<(Matrix X, int Row, int Before)> _found = [];
    private int _rows = known?._rows ?? 0;
    private bool _haveMultiples = known?._haveMultiples ?? false;

    /// <summary>Whether some rows are proportional but not equal.</summary>
    internal bool HaveMultiples => _haveMultiples && _rows <= Most;

    private int Before => known?._found.Count ?? 0;

    /// <summary>Whether rows that are numbered here can be compared with rows that are numbered there.</summary>
    internal bool Shares(RowDirections other) => this == other || known == other || other.IsOf(this);

    private bool IsOf(RowDirections other) => known == other;

    /// <summary>Computes the number of each row's direction.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="isZero">Whether a row counts as a row of zeros.</param>
    /// <param name="workers">The threads for the work.</param>
    internal double[] Number(Matrix x, Func<int, bool> isZero, Workers workers)
    {
        var hashes = new ulong[x.Rows];
        const int Several = 256;
        workers.For((x.Rows + Several - 1) / Several, p =>
        {
            for (var i = (int)p * Several; i < Math.Min(x.Rows, ((int)p + 1) * Several); i++)
            {
                hashes[i] = Hash(x.Row(i));
            }
        });
        _rows += x.Rows;
        _last.EnsureCapacity(_last.Count + x.Rows);
        _found.EnsureCapacity(_found.Count + x.Rows);
        var numbers = new double[x.Rows];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = isZero(i) ? 0 : Known(x.Row(i), hashes[i]) is var number && number != 0 ? number
                : Number(x, i, hashes[i]);
        }

        return numbers;
    }

    // The number that a row has among those that go on here, or 0.
    private double Known(ReadOnlySpan<double> row, ulong hash)
    {
        var (number, isMultiple) =
            known is not null && known._last.TryGetValue(hash, out var last) ? known.Among(row, last) : (0, false);
        _haveMultiples |= isMultiple;
        return number;
    }

    private double Number(Matrix x, int i, ulong hash)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, hash, out var isKnown);
        var (number, isMultiple) = Among(x.Row(i), isKnown ? last : -1);
        _haveMultiples |= isMultiple;
        if (number != 0)
        {
            return number;
        }

        _found.Add((x, i, isKnown ? last : -1));
        last = _found.Count - 1;
        return Before + _found.Count;
    }

    // Rows with the same quotients form a linked list, which begins with the last row found.
    private (double Number, bool IsMultiple) Among(ReadOnlySpan<double> row, int last)
    {
        for (var k = last; k >= 0; k = _found[k].Before)
        {
            var found = _found[k].X.Row(_found[k].Row);
            var alignment = AlignmentModule.ofRows(found, row);
            if (alignment != Alignment.Apart)
            {
                var number = Before + k + 1;
                return (alignment == Alignment.Along ? number : -number, !found.SequenceEqual(row));
            }
        }

        return (0, false);
    }

    private static ulong Hash(ReadOnlySpan<double> row)
    {
        var first = row.IndexOfAnyExcept(0.0);
        if (first < 0)
        {
            return 0;
        }

        var (divisor, mixed) = (new Vector<double>(row[first]), Vector<ulong>.Zero);
        var j = 0;
        for (; j + Vector<double>.Count <= row.Length; j += Vector<double>.Count)
        {
            mixed = Mix(mixed, new Vector<double>(row[j..]) / divisor);
        }

        Span<double> rest = stackalloc double[Vector<double>.Count];
        rest.Clear();
        row[j..].CopyTo(rest);
        mixed = Mix(mixed, new Vector<double>(rest) / divisor);
        var hash = 0UL;
        for (var k = 0; k < Vector<ulong>.Count; k++)
        {
            hash = (hash ^ mixed[k]) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 32;
        }

        return hash;
    }

    // Adding zero turns -0 into 0.
    private static Vector<ulong> Mix(Vector<ulong> mixed, Vector<double> quotients)
    {
        var sum = mixed + Vector.AsVectorUInt64(quotients + Vector<double>.Zero);
        return sum + Vector.ShiftLeft(sum, 10) ^ Vector.ShiftRightLogical(sum, 23);
    }
}
