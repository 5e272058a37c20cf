namespace HadamardNtk;

/// <summary>
/// The dual problem of two classes: maximize Σ y_s β_s − ½ βᵀKβ over Σ β_s = 0 with β_s in [0, C] where y_s = 1 and in
/// [−C, 0] where y_s = −1 (β_s = y_s α_s of the textbooks). The object does not depend on C.
/// </summary>
internal sealed class PairProblem
{
    private readonly double[] _kernel;

    private PairProblem(double[] kernel, int[] rows, bool[] isFirst)
    {
        (_kernel, Rows, IsFirst) = (kernel, rows, isFirst);
        Diagonal = [.. Enumerable.Range(0, Size).Select(t => Row(t)[t])];
    }

    /// <summary>The rows of the Gram matrix that belong to one of the two classes, ascending.</summary>
    internal int[] Rows { get; }

    /// <summary>Whether each sample is of the first class (y = 1).</summary>
    internal bool[] IsFirst { get; }

    /// <summary>K's diagonal.</summary>
    internal double[] Diagonal { get; }

    /// <summary>The number of samples.</summary>
    internal int Size => Rows.Length;

    /// <summary>
    /// The problem of two classes, with each label an index into the classes. It copies the entries of K that it needs,
    /// unless it needs all.
    /// </summary>
    internal static PairProblem Of(Matrix gram, int[] labels, int first, int second)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == first || labels[i] == second)];
        var kernel = rows.Length == gram.Rows ? gram.Data : SubMatrix.Of(gram, rows, rows).Data;
        return new(kernel, rows, Array.ConvertAll(rows, i => labels[i] == first));
    }

    /// <summary>Row t of K.</summary>
    internal ReadOnlySpan<double> Row(int t) => _kernel.AsSpan(t * Size, Size);
}
