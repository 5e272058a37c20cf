namespace HadamardNtk;

/// <summary>Failures of calls in a cluster.</summary>
internal static class ClusterFailure
{
    /// <summary>Whether a call may succeed later, since a machine or the way to it is lost.</summary>
    internal static bool IsPassing(Exception e) =>
        e is OrleansException or TimeoutException or InvalidOperationException or ObjectDisposedException
            or IOException or System.Net.Sockets.SocketException;

    /// <summary>The reason in one line.</summary>
    internal static string Reason(Exception e) =>
        MessageText.Clean(e.Message.Length > 300 ? e.Message[..300] : e.Message);
}
