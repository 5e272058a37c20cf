using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The Hermite coefficients of one function, or of a function with its derivative, at every position of a block of
/// samples. A position has the variances q of the lanes, √q and E f(u), and then a_0 of each lane, a_1 of each, and so
/// on. Odd and even functions have only the coefficients that are not zero. Beside them are the decays of
/// <see cref="HermitePanels{T}"/>.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class SliceTable<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // The numbers of a lane before its coefficients.
    private const int Head = 3;

    // The number of coefficients that most tables have room for at once, and of variances that are remembered.
    private const int Usual = 24, Known = 256;

    private readonly int _positions;
    private NativeBuffer<T> _numbers = new(0);
    private readonly NativeBuffer<float> _decays;
    private nint _stride;

    private SliceTable(SliceSeriesPlan plan, int lanes)
    {
        (_positions, Lanes) = (plan.Grid.Count, lanes);
        _decays = new((nint)_positions * Rungs.Count * lanes);
        Terms = new(plan.Slope ?? plan.Function);
        HasMeans = !plan.Function.Parity.IsOdd;
    }

    /// <summary>The table of a block of samples.</summary>
    /// <param name="plan">The series.</param>
    /// <param name="variances">The variance of each lane at each position, or one for all.</param>
    /// <param name="lanes">The number of samples of the block.</param>
    /// <param name="families">The tables of functions.</param>
    internal static SliceTable<T> Of(
        SliceSeriesPlan plan, double[] variances, int lanes, HermiteFamilies families)
    {
        var table = new SliceTable<T>(plan, lanes);
        table.Fill(plan, variances, families);
        return table;
    }

    /// <summary>Memory for the table of one sample.</summary>
    internal static SliceTable<T> OfOne(SliceSeriesPlan plan) => new(plan, 1);

    /// <summary>The number of samples.</summary>
    internal int Lanes { get; }

    /// <summary>The bytes that it takes.</summary>
    internal long Bytes => (_numbers.Length * sizeof(T)) + (_decays.Length * sizeof(float));

    /// <summary>The number of stored coefficients of a lane at a position.</summary>
    internal int Length { get; private set; }

    /// <summary>The terms that are stored.</summary>
    internal HermiteTerms Terms { get; }

    /// <summary>Whether E f(u) may differ from 0.</summary>
    internal bool HasMeans { get; }

    /// <summary>The address of the variances at a position.</summary>
    internal T* Variance(int position) => _numbers.Start + position * _stride;

    /// <summary>The address of √q at a position.</summary>
    internal T* Root(int position) => Variance(position) + Lanes;

    /// <summary>The address of E f(u) at a position.</summary>
    internal T* Mean(int position) => Variance(position) + 2 * Lanes;

    /// <summary>The address of the coefficients at a position.</summary>
    internal T* Coefficients(int position) => Variance(position) + Head * Lanes;

    /// <summary>The address of the decays of the first rung at a position. The other rungs follow.</summary>
    internal float* Decays(int position) => _decays.Start + (nint)position * Rungs.Count * Lanes;

    /// <summary>Takes the values of one sample of a block into the table of one sample.</summary>
    internal void Take(SliceTable<T> block, int lane)
    {
        Resize(block.Length);
        for (nint k = 0; k < _positions * _stride; k++)
        {
            _numbers.Start[k] = block._numbers.Start[k * block.Lanes + lane];
        }

        for (nint k = 0; k < (nint)_positions * Rungs.Count; k++)
        {
            _decays.Start[k] = block._decays.Start[k * block.Lanes + lane];
        }
    }

    public void Dispose()
    {
        _numbers.Dispose();
        _decays.Dispose();
    }

    private void Resize(int length)
    {
        (Length, _stride) = (length, (nint)(Head + length) * Lanes);
        if (_numbers.Length < _positions * _stride)
        {
            _numbers.Dispose();
            _numbers = new(_positions * _stride);
        }
    }

    // Makes room for more coefficients, and keeps the numbers that are there.
    private void Grow(int length)
    {
        var (numbers, stride) = (_numbers, _stride);
        (Length, _stride) = (length, (nint)(Head + length) * Lanes);
        _numbers = new(_positions * _stride);
        for (var p = 0; p < _positions && stride > 0; p++)
        {
            new Span<T>(numbers.Start + p * stride, (int)stride).CopyTo(new(Variance(p), (int)stride));
        }

        numbers.Dispose();
    }

    // Equal variances, as those of equal patches, have one table where they are met soon after one another.
    private void Fill(SliceSeriesPlan plan, double[] variances, HermiteFamilies families)
    {
        var known = new (double Variance, int Place)[Known];
        Array.Fill(known, (double.NaN, 0));
        Grow(Usual);
        for (var k = 0; k < _positions * Lanes; k++)
        {
            var variance = variances[variances.Length == 1 ? 0 : k];
            ref var last = ref known[(uint)variance.GetHashCode() % Known];
            if (last.Variance == variance)
            {
                Copy(last.Place, k);
                continue;
            }

            last = (variance, k);
            Write(plan, variance, families, k / Lanes, k % Lanes);
        }
    }

    private void Copy(int from, int to)
    {
        T* old = Variance(from / Lanes) + from % Lanes, made = Variance(to / Lanes) + to % Lanes;
        for (nint k = 0; k < _stride; k += Lanes)
        {
            made[k] = old[k];
        }

        float* oldDecays = Decays(from / Lanes) + from % Lanes, decays = Decays(to / Lanes) + to % Lanes;
        for (nint k = 0; k < (nint)Rungs.Count * Lanes; k += Lanes)
        {
            decays[k] = oldDecays[k];
        }
    }

    private void Write(SliceSeriesPlan plan, double variance, HermiteFamilies families, int position, int lane)
    {
        var (family, isShort) = (families.Of(plan.Function), typeof(T) == typeof(float));
        var both = plan.Slope is null
            ? null
            : HermiteFamily.Slopes(family, families.Of(plan.Slope), variance, isShort);
        var table = both is not null ? both.Table! : (isShort ? family.ShortTable(variance) : family.Table(variance))!;
        var stored = Terms.Stored<T>(table);
        if (stored > Length)
        {
            Grow(stored);
        }

        Variance(position)[lane] = T.CreateTruncating(variance);
        Root(position)[lane] = T.CreateTruncating(both?.Root ?? 0);
        Mean(position)[lane] = T.CreateTruncating(both?.Mean ?? 0);
        var to = Coefficients(position) + lane;
        for (var k = 0; k < stored; k++)
        {
            to[(nint)k * Lanes] = T.CreateTruncating(table.Coefficients[Terms.First + k * Terms.Step]);
        }

        // Moments that do not exist have no rung.
        for (var rung = 0; rung < Rungs.Count; rung++)
        {
            Decays(position)[rung * Lanes + lane] =
                double.IsFinite(table.Square) ? HermiteTerms.Decay(table, rung) : float.NaN;
        }
    }
}
