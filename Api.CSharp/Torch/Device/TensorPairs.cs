using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// The pairs that a program runs on: all pairs of some rows and columns, as a matrix, or a list of pairs, as a vector.
/// The values of samples lie along the last dimension of a tensor. This class takes the values of the pairs' rows and
/// columns from it, in shapes that broadcast to that of the pairs.
/// </summary>
internal sealed class TensorPairs
{
    private readonly Func<double[], double> _greatestOfRows;
    private readonly Func<double[], double> _greatestOfColumns;

    private TensorPairs(
        TensorSamples rows,
        TensorSamples columns,
        Func<Tensor, Tensor> ofRow,
        Func<Tensor, Tensor> ofColumn,
        Func<double[], double> greatestOfRows,
        Func<double[], double> greatestOfColumns)
    {
        (Rows, Columns, OfRow, OfColumn) = (rows, columns, ofRow, ofColumn);
        (_greatestOfRows, _greatestOfColumns) = (greatestOfRows, greatestOfColumns);
    }

    /// <summary>The rows' samples.</summary>
    internal TensorSamples Rows { get; }

    /// <summary>The columns' samples.</summary>
    internal TensorSamples Columns { get; }

    /// <summary>Takes the values of the pairs' rows.</summary>
    internal Func<Tensor, Tensor> OfRow { get; }

    /// <summary>Takes the values of the pairs' columns.</summary>
    internal Func<Tensor, Tensor> OfColumn { get; }

    /// <summary>Whether the pairs are a list, so that a series has as many terms as any pair needs.</summary>
    internal bool IsList { get; private init; }

    /// <summary>All pairs of some rows and columns.</summary>
    internal static TensorPairs Grid(
        TensorSamples rows, int row, int height, TensorSamples columns, int column, int width) =>
        new(
            rows,
            columns,
            t => t.narrow(-1, row, height).unsqueeze(-1),
            t => t.narrow(-1, column, width),
            numbers => Greatest(numbers.AsSpan(row, height)),
            numbers => Greatest(numbers.AsSpan(column, width)));

    /// <summary>A list of pairs by the indices of their rows and columns, on the device and on the host.</summary>
    internal static TensorPairs List(
        TensorSamples rows, TensorSamples columns, (Tensor Row, Tensor Column) on, long[] row, long[] column) =>
        new(
            rows,
            columns,
            t => t.index_select(-1, on.Row),
            t => t.index_select(-1, on.Column),
            numbers => row.Max(i => numbers[i]),
            numbers => column.Max(j => numbers[j]))
        {
            IsList = true,
        };

    /// <summary>The greatest √(t_K/E f²) √(t′_K/E f²) of any pair at a rung.</summary>
    internal double GreatestTail(int table, int rung) =>
        _greatestOfRows(Rows.Tables[table]!.Tails[rung]) * _greatestOfColumns(Columns.Tables[table]!.Tails[rung]);

    private static double Greatest(ReadOnlySpan<double> numbers)
    {
        var greatest = 0.0;
        foreach (var number in numbers)
        {
            greatest = Math.Max(greatest, number);
        }

        return greatest;
    }
}
