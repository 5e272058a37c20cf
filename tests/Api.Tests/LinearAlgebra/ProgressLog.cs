namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>Keeps what was reported, at once and on the reporting thread.</summary>
internal sealed class ProgressLog(Action? then = null) : IProgress<double>
{
    internal List<double> Reports { get; } = [];

    public void Report(double value)
    {
        Reports.Add(value);
        then?.Invoke();
    }
}
