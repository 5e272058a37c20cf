namespace HadamardNtk;

/// <summary>A Gram matrix: the kernel of a network at all pairs of rows. Row-major float64.</summary>
public sealed class GramMatrix
{
    internal GramMatrix(Matrix values, KernelKind kind, bool isSymmetric) =>
        (Values, Kind, IsSymmetric) = (values, kind, isSymmetric);

    /// <summary>The numbers.</summary>
    public Matrix Values { get; }

    /// <summary>Which kernel it is.</summary>
    public KernelKind Kind { get; }

    /// <summary>Whether its rows and columns are the same samples.</summary>
    public bool IsSymmetric { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Values.Rows;

    /// <summary>The number of columns.</summary>
    public int Columns => Values.Columns;

    /// <summary>The kernel between sample i and sample j.</summary>
    public double this[int i, int j] => Values[i, j];

    /// <summary>Writes it as .npy, C order, float64; the file appears only when it is complete.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public void Save(string path) => NpyFile.Write(path, Values);

    /// <summary>The numbers as an array of rows and columns.</summary>
    public double[,] ToArray() => Values.ToArray();
}
