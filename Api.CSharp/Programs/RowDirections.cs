using System.Numerics;
using System.Runtime.InteropServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The numbers of the directions of rows. Rows that are positive multiples of one another share a number, opposite rows
/// have its negative, and rows of zeros have 0. Rows of two matrices can be compared if one object numbers both
/// matrices. Proportional rows have the same quotients by their first feature that is not zero, to the last bit, so
/// these tell which rows to compare. A comparison decides without rounding whether they are proportional.
/// </summary>
internal sealed class RowDirections
{
    // float32 does not hold every number beyond this many rows.
    private const int Most = 1 << 24;

    private readonly Dictionary<ulong, int> _last = [];
    private readonly List<(Matrix X, int Row, int Before)> _found = [];
    private int _rows;
    private bool _haveMultiples;

    /// <summary>Whether some rows are proportional but not equal.</summary>
    internal bool HaveMultiples => _haveMultiples && _rows <= Most;

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
        _last.EnsureCapacity(_rows);
        _found.EnsureCapacity(_rows);
        var numbers = new double[x.Rows];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = isZero(i) ? 0 : Number(x, i, hashes[i]);
        }

        return numbers;
    }

    // Rows with the same quotients form a linked list, which begins with the last row found.
    private double Number(Matrix x, int i, ulong hash)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, hash, out var isKnown);
        var row = x.Row(i);
        for (var k = isKnown ? last : -1; k >= 0; k = _found[k].Before)
        {
            var known = _found[k].X.Row(_found[k].Row);
            var alignment = AlignmentModule.ofRows(known, row);
            if (alignment != Alignment.Apart)
            {
                _haveMultiples |= !known.SequenceEqual(row);
                return alignment == Alignment.Along ? k + 1 : -(k + 1);
            }
        }

        _found.Add((x, i, isKnown ? last : -1));
        last = _found.Count - 1;
        return _found.Count;
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
