using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The Hermite coefficients a_k of one function at every sample's variance, as series read them: panels of 32 samples,
/// each a_0 of all 32, then a_1, ...; of odd and even functions only the coefficients that are not zero. Beside them, for
/// every rung K, √(t_K/E f²), t_K the sum of all a_k² from K on.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class HermitePanels<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Samples of a panel.</summary>
    internal const int Width = 32;

    private readonly NativeBuffer<T>[] _coefficients;
    private readonly NativeBuffer<T> _tails;
    private readonly nint _padded;

    /// <param name="function">The function.</param>
    /// <param name="tables">Each sample's table; called once for each.</param>
    /// <param name="samples">The number of samples; the last panel is filled up with the last one.</param>
    /// <param name="workers">Threads for the work.</param>
    internal HermitePanels(ScalarFunction function, Func<int, HermiteTable> tables, int samples, Workers workers)
    {
        Step = function.Parity.IsNeither ? 1 : 2;
        First = function.Parity.IsOdd ? 1 : 0;
        var panels = (samples + Width - 1) / Width;
        (_padded, _coefficients) = ((nint)panels * Width, new NativeBuffer<T>[panels]);
        _tails = new NativeBuffer<T>(_padded * Rungs.Count);
        workers.For(panels, p =>
            Fill((int)p, [.. Enumerable.Range((int)p * Width, Width).Select(i => tables(Math.Min(i, samples - 1)))]));
    }

    /// <summary>The first k that is stored.</summary>
    internal int First { get; }

    /// <summary>From one k that is stored to the next: 2 for odd and even functions.</summary>
    internal int Step { get; }

    /// <summary>The coefficients of the panel of sample <paramref name="i"/>, at that sample.</summary>
    internal T* Coefficients(int i) => _coefficients[i / Width].Start + i % Width;

    /// <summary>How many coefficients the panel of a sample has.</summary>
    internal int Length(int i) => (int)(_coefficients[i / Width].Length / Width);

    /// <summary>√(t_K/E f²) of a sample at a rung.</summary>
    internal T* Tail(int rung, int i) => _tails.Start + rung * _padded + i;

    /// <summary>The number of stored coefficients among the first <paramref name="terms"/>.</summary>
    internal int StoredOf(int terms) => (terms - First + Step - 1) / Step;

    public void Dispose()
    {
        foreach (var panel in _coefficients)
        {
            panel.Dispose();
        }

        _tails.Dispose();
    }

    // float32 has no use for the last coefficients.
    private int Stored(HermiteTable table)
    {
        var (terms, least) = (table.Coefficients.Length, typeof(T) == typeof(float) ? 1e-15 * table.Square : 0);
        while (terms > 1 && table.Tails[terms - 1] < least)
        {
            terms--;
        }

        return Math.Max(0, StoredOf(terms));
    }

    private void Fill(int p, HermiteTable[] tables)
    {
        var length = tables.Max(Stored);
        _coefficients[p] = new NativeBuffer<T>((nint)length * Width);
        var to = _coefficients[p].Start;
        for (var lane = 0; lane < Width; lane++)
        {
            var from = tables[lane].Coefficients;
            for (int k = First, place = lane; k < from.Length && place < length * Width; k += Step, place += Width)
            {
                to[place] = T.CreateTruncating(from[k]);
            }

            FillTails(p * Width + lane, tables[lane]);
        }
    }

    private void FillTails(int i, HermiteTable table)
    {
        for (var r = 0; r < Rungs.Count; r++)
        {
            var tail = table.Tails[Math.Min(Rungs.Terms[r], table.Tails.Length - 1)];
            *Tail(r, i) = table.Square > 0 ? T.CreateTruncating(Math.Sqrt(tail / table.Square) * (1 + 1e-6)) : T.Zero;
        }
    }
}
