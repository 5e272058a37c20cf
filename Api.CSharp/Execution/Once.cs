namespace HadamardNtk;

/// <summary>
/// A value that is computed when it is first asked for. Callers that ask at the same time wait for it, each until its
/// own token ends the wait. A computation that fails or is canceled is made again by the next caller.
/// </summary>
/// <param name="known">The value where it is known already.</param>
/// <typeparam name="T">The type of the value.</typeparam>
internal sealed class Once<T>(T? known = null)
    where T : class
{
    private readonly SemaphoreSlim _turn = new(1);
    private T? _value = known;

    /// <summary>The value if it is known.</summary>
    internal T? Known => Volatile.Read(ref _value);

    /// <summary>The value.</summary>
    /// <param name="make">Computes it.</param>
    /// <param name="cancellation">Stops the wait; the computation has a token of its own.</param>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    internal T Get(Func<T> make, CancellationToken cancellation)
    {
        if (Known is { } value)
        {
            return value;
        }

        _turn.Wait(cancellation);
        try
        {
            return _value ??= make();
        }
        finally
        {
            _turn.Release();
        }
    }
}

/// <summary>Makes functions that compute their value once.</summary>
internal static class Once
{
    /// <summary>
    /// The function whose first call computes the value, and whose others wait for it or have it. Each call says when
    /// it is done.
    /// </summary>
    /// <param name="make">Computes the value, with the listener of the call and until its token stops it.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    internal static Func<Watch, T> Of<T>(Func<Watch, T> make)
        where T : class
    {
        var once = new Once<T>();
        return watch =>
        {
            var value = once.Get(() => make(watch), watch.Cancellation);
            watch.Progress?.Report(1);
            return value;
        };
    }
}
