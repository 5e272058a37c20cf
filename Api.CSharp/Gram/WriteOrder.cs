namespace HadamardNtk;

/// <summary>
/// The file order of a symmetric matrix. Mirror images of blocks are short runs all over the file. They cost nothing as
/// long as the system keeps them in memory, and a movement of the disk each beyond that. Very large files are therefore
/// computed whole, row by row, if computing an entry costs less than writing its mirror image.
/// </summary>
internal static class WriteOrder
{
    /// <summary>
    /// The number of rows from which a file counts as larger than the system's file cache: 10 GB in float32.
    /// </summary>
    private const int Large = 49152;

    // An inner product of this many numbers takes as long as writing one entry, 5 ns.
    private const int Deep = 1024;

    /// <summary>The request that is fastest to compute into a file. Its matrix is the same to the last bit.</summary>
    /// <param name="request">The request.</param>
    /// <param name="backend">The backend that computes it.</param>
    /// <param name="large">The number of rows from which a file is large.</param>
    internal static GramRequest Of(GramRequest request, IKernelBackend backend, int large = Large)
    {
        var isCheap = request.Program.Positions is null
            && request.X.Columns <= Deep
            && request.Program.Core.Program.Tables.Length == 0;
        return request.IsSymmetric && request.Rows >= large && isCheap && backend.IsSymmetricToTheBit
            ? request.BothHalves
            : request;
    }
}
