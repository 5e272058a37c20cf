namespace HadamardNtk;

/// <summary>
/// In which order a symmetric matrix goes to a file. Mirror images of blocks are short runs all over the file: as long as
/// the system keeps them in memory they cost nothing, beyond that each is a movement of the disk. Very large files are
/// therefore computed whole, row by row, where computing an entry costs less than putting its mirror image there.
/// </summary>
internal static class WriteOrder
{
    /// <summary>Rows from which a file is taken to be larger than what the system keeps: 10 GB in float32.</summary>
    private const int Large = 49152;

    // An inner product of so many numbers takes as long as writing an entry alone, 5 ns.
    private const int Deep = 1024;

    /// <summary>The request as it is best computed into a file: the same matrix, to the last bit.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="backend">Who computes it.</param>
    /// <param name="large">Rows from which a file is large.</param>
    internal static GramRequest Of(GramRequest request, IKernelBackend backend, int large = Large)
    {
        var isCheap = request.X.Columns <= Deep && request.Program.Core.Program.Tables.Length == 0;
        return request.IsSymmetric && request.Rows >= large && isCheap && backend.IsSymmetricToTheBit ? request.BothHalves : request;
    }
}
