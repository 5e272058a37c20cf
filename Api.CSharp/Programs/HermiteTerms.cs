using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The terms of a function's series that are stored: all k, or those of an odd or even function, and the rungs at which
/// a series may end.
/// </summary>
internal sealed class HermiteTerms
{
    internal HermiteTerms(ScalarFunction function)
    {
        Step = function.Parity.IsNeither ? 1 : 2;
        First = function.Parity.IsOdd ? 1 : 0;
        Ends = Array.ConvertAll(Rungs.Terms, Of);
    }

    /// <summary>The number of stored coefficients up to every rung.</summary>
    internal int[] Ends { get; }

    /// <summary>The first k that is stored.</summary>
    internal int First { get; }

    /// <summary>The distance from one k that is stored to the next. It is 2 for odd and even functions.</summary>
    internal int Step { get; }

    /// <summary>The number of stored coefficients among the first <paramref name="terms"/>.</summary>
    internal int Of(int terms) => (terms - First + Step - 1) / Step;

    /// <summary>
    /// The number of coefficients of a table that a precision needs. float32 does not need the last ones.
    /// </summary>
    internal int Stored<T>(HermiteTable table)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (terms, least) = (table.Coefficients.Length, typeof(T) == typeof(float) ? 1e-15 * table.Square : 0);
        while (terms > 1 && table.Tails[terms - 1] < least)
        {
            terms--;
        }

        return Math.Max(0, Of(terms));
    }

    /// <summary>
    /// The decay (t_K/E f²)^(1/2K) of a table at a rung K. The rounding to float32 changes a tail by less than a part
    /// in 10⁴.
    /// </summary>
    internal static float Decay(HermiteTable table, int rung)
    {
        var tail = table.Tails[Math.Min(Rungs.Terms[rung], table.Tails.Length - 1)];
        return table.Square > 0 ? (float)Math.Pow(tail / table.Square, 0.5 / Rungs.Terms[rung]) : 0;
    }
}
