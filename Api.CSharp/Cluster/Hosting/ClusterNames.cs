namespace HadamardNtk;

/// <summary>Names of processes, as status and logs show them.</summary>
internal static class ClusterNames
{
    /// <summary>The machine and the process, as in node7:4711.</summary>
    internal static string Process { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>A name for a worker of this process that no other has.</summary>
    internal static string NewWorker() => $"{Process}:{Guid.NewGuid():N}"[..^24];
}
