namespace HadamardNtk;

/// <summary>Failures of calls in a cluster.</summary>
internal static class ClusterFailure
{
    /// <summary>
    /// Whether a call of another member may succeed later, since its machine or the way to it is lost. A call is also
    /// canceled by a silo that ends, which is not the caller's own wish. Orleans reports some of this by exceptions of
    /// general types, so that only calls of members are judged by this, and no computation.
    /// </summary>
    /// <param name="e">The error.</param>
    /// <param name="stop">The token by which the caller itself may have canceled the call.</param>
    internal static bool IsPassing(Exception e, CancellationToken stop = default) =>
        (e is OperationCanceledException && !stop.IsCancellationRequested)
        || e is OrleansException or TimeoutException or InvalidOperationException or ObjectDisposedException
            or IOException or System.Net.Sockets.SocketException;

    /// <summary>The reason in one line.</summary>
    internal static string Reason(Exception e) =>
        MessageText.Clean(e.Message.Length > 300 ? e.Message[..300] : e.Message);
}
