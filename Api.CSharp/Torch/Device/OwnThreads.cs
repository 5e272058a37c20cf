using System.Runtime.ExceptionServices;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// Runs work on the processor's tensors on several threads, with operations of one thread each. If every operation were
/// shared among the threads, those on numbers in a core's cache would take less time than the threads wait for each
/// other.
/// </summary>
internal static class OwnThreads
{
    /// <summary>
    /// The size in bytes up to which the C library shall keep freed blocks. It adapts this size to the greatest block
    /// that was freed.
    /// </summary>
    private const long Kept = 24 << 20;

    /// <summary>
    /// Runs the work on each piece once, in order. After a failure no further piece begins. Of several failures, that
    /// of the first piece is thrown.
    /// </summary>
    /// <param name="pieces">The pieces, which are enumerated by one thread at a time.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="work">The work on one piece.</param>
    internal static void ForEach<T>(IEnumerable<T> pieces, int threads, Action<T> work)
    {
        // Freeing this block keeps the C library from asking the system for cleared memory in each operation.
        torch.empty([Kept], dtype: torch.ScalarType.Byte).Dispose();
        using var source = pieces.GetEnumerator();
        var (gate, taken, failed, failure) = (new Lock(), 0, int.MaxValue, (ExceptionDispatchInfo?)null);

        // Takes the next piece and works on it; returns false if there is none.
        bool DoNext()
        {
            var number = int.MaxValue;
            try
            {
                T piece;
                lock (gate)
                {
                    number = taken++;
                    if (failure is not null || !source.MoveNext())
                    {
                        return false;
                    }

                    piece = source.Current;
                }

                work(piece);
                return true;
            }
            catch (Exception e)
            {
                lock (gate)
                {
                    (failed, failure) = number < failed
                        ? (number, ExceptionDispatchInfo.Capture(e))
                        : (failed, failure);
                }

                return false;
            }
        }

        new Workers(threads).For(threads, _ => Alone(() =>
        {
            while (DoNext())
            {
            }
        }));
        failure?.Throw();
    }

    // Each thread has its own settings for gradients and for the threads of an operation.
    private static void Alone(Action work)
    {
        using var noGradients = torch.no_grad();
        var before = torch.get_num_threads();
        torch.set_num_threads(1);
        try
        {
            work();
        }
        finally
        {
            torch.set_num_threads(before);
        }
    }
}
