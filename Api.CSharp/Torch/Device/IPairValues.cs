using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>The values that a program on tensors reads.</summary>
internal interface IPairValues
{
    /// <summary>The number of values of a sample.</summary>
    int SampleValues { get; }

    /// <summary>Whether the values of samples have the shape of the pairs.</summary>
    bool AreSamplesFull { get; }

    /// <summary>A value of the pairs' rows, in a shape that broadcasts to that of the pairs.</summary>
    Tensor Row(int index);

    /// <summary>A value of the pairs' columns, in a shape that broadcasts to that of the pairs.</summary>
    Tensor Column(int index);

    /// <summary>A known value of the pairs: x·x′ or a value at pairs of positions.</summary>
    Tensor Known(StripOperand operand);

    /// <summary>Whether nothing but the program reads a known value, so that its memory may be used again.</summary>
    bool IsFree(StripOperand operand);

    /// <summary>The series of a table at the correlations ρ, which are kept.</summary>
    Tensor Series(int table, Tensor rho, bool single);
}

/// <summary>The values of pairs of rows, with their inner products.</summary>
internal sealed class RowPairValues(TensorPairs pairs, Tensor product) : IPairValues
{
    public int SampleValues => (int)pairs.Rows.Values.shape[0];

    // The values of samples are full only for a list, which has one for each pair.
    public bool AreSamplesFull => pairs.IsList;

    public Tensor Row(int index) => Sample(pairs.Rows, pairs.OfRow, index);

    public Tensor Column(int index) => Sample(pairs.Columns, pairs.OfColumn, index);

    public Tensor Known(StripOperand operand) => product;

    public bool IsFree(StripOperand operand) => true;

    public Tensor Series(int table, Tensor rho, bool single) => TensorSeries.Sum(pairs, table, rho, single);

    private static Tensor Sample(TensorSamples samples, Func<Tensor, Tensor> take, int index)
    {
        using var all = samples.Values.select(0, index);
        return take(all);
    }
}
