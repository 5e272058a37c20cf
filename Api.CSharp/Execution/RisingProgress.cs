namespace HadamardNtk;

/// <summary>
/// The progress of a job, which never falls, though a part of it may be computed again. It is 1 when the job is over,
/// and not before.
/// </summary>
/// <param name="progress">Receives the share of the job that is finished. It may be null.</param>
internal sealed class RisingProgress(IProgress<double>? progress)
{
    private double _most;

    /// <summary>Reports the largest share so far.</summary>
    /// <param name="part">The share that is finished.</param>
    /// <param name="isOver">Whether the job is over, and none of it will be computed again.</param>
    internal void Report(double part, bool isOver)
    {
        if (isOver || part < 1)
        {
            _most = isOver ? 1 : Math.Max(_most, part);
            progress?.Report(_most);
        }
    }
}
