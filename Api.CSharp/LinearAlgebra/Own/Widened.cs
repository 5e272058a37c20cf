namespace HadamardNtk;

/// <summary>A copy in float64 of numbers in float32.</summary>
internal readonly unsafe struct Widened : IDisposable
{
    private readonly NativeBuffer<double> _room;

    /// <summary>Copies a rectangle. Its upper triangle may hold any numbers.</summary>
    /// <param name="from">The numbers.</param>
    internal Widened(MatrixView<float> from)
    {
        _room = new(from.Rows * from.Columns, clear: false);
        View = new(_room.Start, from.Rows, from.Columns, from.Columns);
        for (nint i = 0; i < from.Rows; i++)
        {
            for (nint j = 0; j < from.Columns; j++)
            {
                *View.At(i, j) = *from.At(i, j);
            }
        }
    }

    /// <summary>The copy, row-major.</summary>
    internal MatrixView<double> View { get; }

    /// <summary>Rounds all numbers to float32.</summary>
    /// <param name="to">The target.</param>
    internal void Narrow(MatrixView<float> to) => Narrow(to, View.Columns);

    /// <summary>Rounds the lower triangle to float32; the rest of the target is unchanged.</summary>
    /// <param name="to">The target.</param>
    internal void NarrowLower(MatrixView<float> to) => Narrow(to, 0);

    /// <summary>Returns the memory.</summary>
    public void Dispose() => _room.Dispose();

    // Row i is rounded up to column i, or in its first columns, as many as "least", if that is more.
    private void Narrow(MatrixView<float> to, nint least)
    {
        for (nint i = 0; i < to.Rows; i++)
        {
            for (nint j = 0; j < nint.Min(to.Columns, nint.Max(least, i + 1)); j++)
            {
                *to.At(i, j) = (float)*View.At(i, j);
            }
        }
    }
}
