namespace HadamardNtk;

/// <summary>The cells of a heat map: its values, or the means of blocks of them if there are many.</summary>
internal sealed class MapCells
{
    /// <summary>The most rows and columns that are drawn.</summary>
    internal const int Most = 256;

    private readonly double[] _cells;

    internal MapCells(Matrix values)
    {
        Block = Math.Max(Over(values.Rows, Most), Over(values.Columns, Most));
        (Rows, Columns) = (Over(values.Rows, Block), Over(values.Columns, Block));
        _cells = new double[Rows * Columns];
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++) _cells[i * Columns + j] = Mean(values, i * Block, j * Block);
        }

        double[] finite = [.. _cells.Where(double.IsFinite)];
        (Least, Greatest) = finite.Length == 0 ? (0, 0) : (finite.Min(), finite.Max());
        NotFinite = values.Data.Count(value => !double.IsFinite(value));
    }

    /// <summary>The number of rows and columns that a cell is the mean of; 1 if each value is drawn.</summary>
    internal int Block { get; }

    internal int Rows { get; }

    internal int Columns { get; }

    /// <summary>The least value of a cell.</summary>
    internal double Least { get; }

    /// <summary>The greatest value of a cell.</summary>
    internal double Greatest { get; }

    /// <summary>The number of values that are not finite.</summary>
    internal int NotFinite { get; }

    internal double this[int i, int j] => _cells[i * Columns + j];

    /// <summary>The place of a cell from the least, 0, to the greatest, 1; null if it is not finite.</summary>
    internal double? Level(int i, int j) => !double.IsFinite(this[i, j])
        ? null
        : Greatest > Least ? (this[i, j] / 2 - Least / 2) / (Greatest / 2 - Least / 2) : 0.5;

    private double Mean(Matrix values, int row, int column)
    {
        var (rows, columns) = (Math.Min(Block, values.Rows - row), Math.Min(Block, values.Columns - column));
        var mean = 0.0;
        for (var i = row; i < row + rows; i++)
        {
            for (var j = column; j < column + columns; j++) mean += values.Row(i)[j] / ((double)rows * columns);
        }

        return mean;
    }

    private static int Over(int count, int size) => (count + size - 1) / size;
}
