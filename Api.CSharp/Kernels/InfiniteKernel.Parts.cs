namespace HadamardNtk;

public sealed partial class InfiniteKernel
{
    /// <summary>
    /// Computes one part of a Gram matrix and writes it to a file in a folder, for matrices that several processes or
    /// machines compute. <see cref="GramParts"/> joins the parts to the file that <c>WriteGram</c> would have written.
    /// </summary>
    /// <remarks>
    /// The processes need not know of one another; they have the same samples, and name one folder, or folders whose
    /// files are brought together later. A part appears at its name, <see cref="GramPart.FileName"/>, when it is
    /// complete; an interrupted one leaves nothing and is computed anew. A finished part of this matrix is checked and
    /// left as it is, and computed again where it is damaged.
    /// <para>
    /// The progress of the options counts the pairs of the part alone.
    /// </para>
    /// </remarks>
    /// <param name="folder">The folder, which is created where it is missing; its parent must exist.</param>
    /// <param name="part">Which part of how many.</param>
    /// <param name="x">The samples of the rows of the whole matrix.</param>
    /// <param name="other">The samples of its columns. Null stands for x, with a symmetric matrix.</param>
    /// <param name="options">The backend, threads, precision and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="OutputException">
    /// The file cannot be written, or a file of its name is no part or that of another matrix.
    /// </exception>
    /// <exception cref="NotSupportedException">The network has a custom activation.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public GramPartReport WriteGramPart(
        string folder,
        GramPart part,
        Matrix x,
        Matrix? other = null,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        WriteGramPart(folder, part, x, other, default, options, cancellation);

    /// <summary>Writes a part with the names of the files of x and other in its provenance.</summary>
    /// <inheritdoc cref="WriteGramPart(string, GramPart, Matrix, Matrix, GramOptions, CancellationToken)"/>
    internal GramPartReport WriteGramPart(
        string folder,
        GramPart part,
        Matrix x,
        Matrix? other,
        (string? X, string? X2) files,
        GramOptions? options,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        return PartWriter.Write(
            folder, part, new(Program, x, other, Kind, options.Precision), files, options, cancellation);
    }
}
