using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>The values that a pass of a network on positions reads.</summary>
/// <param name="pairs">The pairs.</param>
/// <param name="positions">The number of positions of the pass's grid.</param>
/// <param name="samples">The values of the rows' and of the columns' samples, S × n × P each.</param>
/// <param name="inputs">
/// The known values at pairs of positions, and whether nothing but the pass reads them.
/// </param>
internal sealed class PositionValues(
    PositionPairs pairs, int positions, (Tensor? Rows, Tensor? Columns) samples, (Tensor Values, bool IsFree)[] inputs)
    : IPairValues
{
    /// <summary>The shape of the values at pairs of positions.</summary>
    internal long[] Shape { get; } = pairs.Shape(positions);

    public int SampleValues => (int)(samples.Rows?.shape[0] ?? 0);

    // A list of pairs is treated as all pairs are, so that both have the same roundings.
    public bool AreSamplesFull => false;

    public Tensor Row(int index)
    {
        using var values = samples.Rows!.select(0, index);
        return pairs.OfRow(values);
    }

    public Tensor Column(int index)
    {
        using var values = samples.Columns!.select(0, index);
        return pairs.OfColumn(values);
    }

    public Tensor Known(StripOperand operand) => inputs[operand.Index].Values;

    public bool IsFree(StripOperand operand) => inputs[operand.Index].IsFree;

    public Tensor Series(int table, Tensor rho, bool single) =>
        throw new InvalidOperationException("Networks on positions have no series.");
}
