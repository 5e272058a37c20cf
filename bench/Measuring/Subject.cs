namespace HadamardNtk.Bench;

/// <summary>Something that is timed.</summary>
/// <param name="Name">By which its times are asked for.</param>
/// <param name="Run">Does it once.</param>
internal sealed record Subject(string Name, Action Run)
{
    /// <summary>How long the machine rests when it was timed: until nothing of it runs on beside the next subject.</summary>
    internal TimeSpan Rest { get; init; }
}
