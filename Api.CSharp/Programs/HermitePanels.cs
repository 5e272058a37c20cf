using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The Hermite coefficients a_k of one function at every sample's variance, in the order in which series read them. A
/// panel holds a_0 of 32 samples, then a_1 of them, and so on. Odd and even functions have only the coefficients that
/// are not zero. For every rung K there is also the decay (t_K/E f²)^(1/2K), where t_K is the sum of all a_k² from K
/// on.
/// Rows that are not columns of the same matrix may have panels of one sample.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class HermitePanels<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The number of samples of a panel.</summary>
    internal const int Width = 32;

    private readonly NativeBuffer<T>[] _coefficients;
    private readonly NativeBuffer<float> _decays;
    private readonly nint _padded;

    /// <param name="function">The function.</param>
    /// <param name="tables">The table of each sample. It is called once for each of them.</param>
    /// <param name="samples">The number of samples. The last panel is padded with zeros.</param>
    /// <param name="lanes">The number of samples of a panel: <see cref="Width"/>, or 1.</param>
    /// <param name="workers">The threads for the work.</param>
    internal HermitePanels(
        ScalarFunction function, Func<int, HermiteTable> tables, int samples, int lanes, Workers workers)
    {
        (Lanes, Terms) = (lanes, new(function));
        var panels = (samples + lanes - 1) / lanes;
        (_padded, _coefficients) = ((nint)panels * lanes, new NativeBuffer<T>[panels]);
        _decays = new NativeBuffer<float>(_padded * Rungs.Count);
        workers.For(panels, p =>
        {
            var first = (int)p * lanes;
            var own = new HermiteTable[Math.Min(lanes, samples - first)];
            for (var lane = 0; lane < own.Length; lane++)
            {
                own[lane] = tables(first + lane);
            }

            Fill((int)p, own);
        });
    }

    /// <summary>The number of samples of a panel.</summary>
    internal int Lanes { get; }

    /// <summary>The terms that are stored.</summary>
    internal HermiteTerms Terms { get; }

    /// <summary>The number of stored coefficients up to every rung.</summary>
    internal int[] Ends => Terms.Ends;

    /// <summary>The first k that is stored.</summary>
    internal int First => Terms.First;

    /// <summary>The distance from one k that is stored to the next. It is 2 for odd and even functions.</summary>
    internal int Step => Terms.Step;

    /// <summary>The address of sample <paramref name="i"/>'s first coefficient in its panel.</summary>
    internal T* Coefficients(int i) => _coefficients[i / Lanes].Start + i % Lanes;

    /// <summary>The number of coefficients in the panel of a sample.</summary>
    internal int Length(int i) => (int)(_coefficients[i / Lanes].Length / Lanes);

    /// <summary>
    /// The address of the decay (t_K/E f²)^(1/2K) of a sample at a rung. The rounding to float32 changes a tail by less
    /// than a part in 10⁴.
    /// </summary>
    internal float* Decay(int rung, int i) => _decays.Start + rung * _padded + i;

    /// <summary>The distance from the decay at a rung to that at the next.</summary>
    internal nint Stride => _padded;

    public void Dispose()
    {
        foreach (var panel in _coefficients)
        {
            panel.Dispose();
        }

        _decays.Dispose();
    }

    private void Fill(int p, HermiteTable[] tables)
    {
        var length = tables.Max(Terms.Stored<T>);
        _coefficients[p] = new NativeBuffer<T>((nint)length * Lanes);
        var to = _coefficients[p].Start;
        for (var lane = 0; lane < tables.Length; lane++)
        {
            var from = tables[lane].Coefficients;
            for (int k = First, place = lane; k < from.Length && place < length * Lanes; k += Step, place += Lanes)
            {
                to[place] = T.CreateTruncating(from[k]);
            }

            for (var r = 0; r < Rungs.Count; r++)
            {
                *Decay(r, p * Lanes + lane) = HermiteTerms.Decay(tables[lane], r);
            }
        }
    }
}
