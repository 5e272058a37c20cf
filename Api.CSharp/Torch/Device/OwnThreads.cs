using System.Runtime.ExceptionServices;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// Work on tensors of the processor by several threads, each with operations of one thread: shared out one by one, operations on
/// numbers that are in a core's cache wait for each other longer than they take.
/// </summary>
internal static class OwnThreads
{
    /// <summary>Bytes above which the C library gives a block back to the system at once: it learns that from the greatest that was freed.</summary>
    private const long Kept = 24 << 20;

    /// <summary>Does all pieces, each once, as they come; after a failure, no more. Of several failures the first piece's is thrown.</summary>
    /// <param name="pieces">The pieces; drawn by one thread at a time.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="work">Does one.</param>
    internal static void ForEach<T>(IEnumerable<T> pieces, int threads, Action<T> work)
    {
        // Else each result of an operation is memory that the system clears anew.
        torch.empty([Kept], dtype: torch.ScalarType.Byte).Dispose();
        using var source = pieces.GetEnumerator();
        var (gate, taken, failed, failure) = (new Lock(), 0, int.MaxValue, (ExceptionDispatchInfo?)null);

        // Takes the next piece and does it; false where there is none.
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
                    (failed, failure) = number < failed ? (number, ExceptionDispatchInfo.Capture(e)) : (failed, failure);
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

    // Whether there are gradients, and how many threads an operation has, is a thread's own.
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
