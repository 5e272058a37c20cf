namespace HadamardNtk;

/// <summary>A cluster cannot be reached, does not answer, or reports a failure.</summary>
public sealed class ClusterException : IOException, IHadamardNtkException
{
    /// <summary>The error with the message <c>cluster: expected ...; came ...; remedy</c>.</summary>
    /// <param name="cluster">The address of the cluster.</param>
    /// <param name="expected">The condition that the work needs.</param>
    /// <param name="actual">The actual event.</param>
    /// <param name="suggestion">The remedy.</param>
    /// <param name="cause">The exception that caused this one, if any.</param>
    public ClusterException(string cluster, string expected, string actual, string suggestion, Exception? cause = null)
        : base(MessageText.Of(cluster, expected, actual, suggestion), cause) =>
        (Cluster, Expected, Actual, Suggestion) = (cluster, expected, actual, suggestion);

    /// <summary>The address of the cluster.</summary>
    public string Cluster { get; }

    /// <summary>The condition that the work needs.</summary>
    public string Expected { get; }

    /// <summary>The actual event.</summary>
    public string Actual { get; }

    /// <summary>The remedy.</summary>
    public string Suggestion { get; }
}
