namespace HadamardNtk;

/// <summary>Progress that is reported on the thread that makes it, where <see cref="Progress{T}"/> posts it.</summary>
internal sealed class DirectProgress(Action<double> report) : IProgress<double>
{
    /// <inheritdoc/>
    public void Report(double value) => report(value);
}
