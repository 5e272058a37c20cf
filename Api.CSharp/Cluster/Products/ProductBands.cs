namespace HadamardNtk;

/// <summary>
/// The division of the rows of a Gram matrix into numbered bands, of which each is a lease. They are of nearly equal
/// height, so that those of a matrix of 64 rows or more have 64 at least, below which functions without a closed form
/// are not interpolated.
/// </summary>
internal sealed class ProductBands
{
    /// <summary>The largest number of bands.</summary>
    internal const int Most = 1 << 16;

    // Bands of some 2^25 entries balance the load, and are worth their messages.
    private const int UsualEntries = 1 << 25;
    private const int Least = LeaseGrid.LeastSide;
    private const int Largest = 1024;

    private readonly int _rows;

    /// <param name="rows">The number of rows of the matrix.</param>
    /// <param name="height">The largest number of rows of a band.</param>
    /// <exception cref="ArgumentException">A number is out of bounds.</exception>
    internal ProductBands(int rows, int height)
    {
        if (rows < 1 || height is < Least or > LeaseGrid.LargestSide || ((long)rows + height - 1) / height > Most)
        {
            throw new ArgumentException(
                $"Expected bands of {Least} to {LeaseGrid.LargestSide} rows, at most {Most} of them; came {height} of "
                + $"{rows}.");
        }

        (_rows, Count) = (rows, (int)(((long)rows + height - 1) / height));
    }

    /// <summary>The number of bands.</summary>
    internal int Count { get; }

    /// <summary>The first row of a band and the number of its rows.</summary>
    internal (int First, int Rows) this[int band] => (Start(band), Start(band + 1) - Start(band));

    /// <summary>The usual height for a matrix.</summary>
    internal static int UsualHeight(int rows, int columns)
    {
        var some = Math.Min(UsualEntries / columns, (rows / 16 / 64 + 1) * 64);
        return Math.Max(Math.Clamp(some, Least, Largest), (int)(((long)rows + Most - 1) / Most));
    }

    /// <summary>The bands of a job, whose numbers and texts are within bounds.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal static ProductBands Of(ProductJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        _ = JobCheck.Grid(job.Matrix);
        return job.Storage is "f64" or "f32" or "none"
            ? new(job.Matrix.X.Rows, job.Height)
            : throw new ArgumentException("Expected the storage f64, f32 or none in a job; came another one.");
    }

    private int Start(int band) => (int)((long)band * _rows / Count);
}
