namespace HadamardNtk;

/// <summary>Samples from which a Gram matrix was computed.</summary>
/// <param name="Name">X for the samples of the rows, X2 for other samples of the columns.</param>
/// <param name="File">The file as it was named, with its selection; null where the numbers came from memory.</param>
/// <param name="Rows">The number of samples.</param>
/// <param name="Columns">The number of features.</param>
/// <param name="Sha256">
/// The SHA-256 of the numbers in float64, little-endian and row by row, in hexadecimal. It does not depend on the
/// format of the file.
/// </param>
public sealed record GramInput(string Name, string? File, int Rows, int Columns, string Sha256);

/// <summary>
/// The origin of a Gram matrix in a file. It stands beside the file, in K.npy.json for K.npy, in a format that
/// <c>docs/notation.md</c> describes, and <see cref="Read"/> reads it.
/// </summary>
public sealed record GramProvenance
{
    internal GramProvenance()
    {
    }

    /// <summary>The network as text.</summary>
    public required string Network { get; init; }

    /// <summary>Which of the network's kernels it is.</summary>
    public required KernelKind Kernel { get; init; }

    /// <summary>The number type of the computation and of the file.</summary>
    public required Precision Precision { get; init; }

    /// <summary>The name of the backend that computed it.</summary>
    public required string Backend { get; init; }

    /// <summary>The number of rows of the matrix.</summary>
    public required int Rows { get; init; }

    /// <summary>The number of columns of the matrix.</summary>
    public required int Columns { get; init; }

    /// <summary>The samples: X, and X2 where the columns have samples of their own.</summary>
    public required IReadOnlyList<GramInput> Inputs { get; init; }

    /// <summary>The version of the program that wrote the file, with its build and the runtime.</summary>
    public required string Program { get; init; }

    /// <summary>The length of the file in bytes.</summary>
    public long Bytes { get; internal init; }

    /// <summary>
    /// The SHA-256 of the file where it has at most 4 MiB, else of 1024 stretches of 4096 bytes at equal distances, the
    /// first at the beginning and the last at the end of the file.
    /// </summary>
    public string Fingerprint { get; internal init; } = "";

    /// <summary>Whether the samples of the rows and of the columns are the same.</summary>
    public bool IsSymmetric => Inputs.Count == 1;

    /// <summary>The samples of the columns.</summary>
    internal GramInput ColumnInput => Inputs[^1];

    /// <summary>Reads the provenance of a Gram matrix in a file.</summary>
    /// <param name="path">The path of the matrix, such as K.npy.</param>
    /// <returns>The provenance, or null where no file K.npy.json of this format stands beside the matrix.</returns>
    /// <exception cref="DataFormatException">
    /// The provenance is damaged or of a later version, or the matrix is not the file that it describes.
    /// </exception>
    public static GramProvenance? Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ProvenanceFile.Read(path);
    }

    /// <summary>The provenance of a request's result, before the file exists.</summary>
    /// <param name="request">The request.</param>
    /// <param name="backend">The backend that computes it.</param>
    /// <param name="files">The files of X and X2 where they are known.</param>
    internal static GramProvenance Of(GramRequest request, IKernelBackend backend, (string? X, string? X2) files)
    {
        var x = InputOf("X", files.X, request.X);
        return new()
        {
            Network = request.Network.ToString(),
            Kernel = request.Kind,
            Precision = request.Precision,
            Backend = backend.Name,
            Rows = request.Rows,
            Columns = request.Columns,
            Inputs = ReferenceEquals(request.X, request.Other) ? [x] : [x, InputOf("X2", files.X2, request.Other)],
            Program = ProgramIdentity.Text,
        };
    }

    /// <summary>
    /// The first thing in which the matrix of another provenance is another matrix, with both values; null if none is.
    /// The names of files and the program do not count.
    /// </summary>
    internal (string Name, string Here, string There)? Difference(GramProvenance other)
    {
        foreach (var ((name, here), (_, there)) in Items().Zip(other.Items()))
        {
            if (here != there)
            {
                return (name, here, there);
            }
        }

        return null;
    }

    private static GramInput InputOf(string name, string? file, Matrix x) =>
        new(name, file, x.Rows, x.Columns, NumberChecksum.Of(x));

    private IEnumerable<(string Name, string Value)> Items() =>
    [
        ("network", Network),
        ("kernel", ProvenanceFile.Word(Kernel)),
        ("precision", ProvenanceFile.Word(Precision)),
        ("backend", Backend),
        ("shape", $"{Rows} x {Columns} of {Inputs[0].Columns} features"),
        ("X", $"SHA-256 {Inputs[0].Sha256}"),
        ("X2", IsSymmetric ? "X itself" : $"SHA-256 {Inputs[1].Sha256}"),
    ];
}
