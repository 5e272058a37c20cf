namespace HadamardNtk;

/// <summary>How logs of a cluster are written to standard error.</summary>
public enum ClusterLogFormat
{
    /// <summary>Warnings alone, as lines of text.</summary>
    Quiet,

    /// <summary>Lines of text.</summary>
    Text,

    /// <summary>One JSON object a line, with the values as fields.</summary>
    Json,
}
