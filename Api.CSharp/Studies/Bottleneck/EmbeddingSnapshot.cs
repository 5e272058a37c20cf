namespace HadamardNtk;

/// <summary>The embeddings at one time of a training.</summary>
/// <param name="Loss">The part of the loss that should be left.</param>
/// <param name="Step">The first step at which no more is left.</param>
/// <param name="Embeddings">g_t at the training samples, and at the test samples behind them.</param>
internal sealed record EmbeddingSnapshot(double Loss, int Step, Matrix Embeddings)
{
    /// <summary>The snapshots at the start, at half and at a tenth of the loss, and at the end.</summary>
    internal static IEnumerable<EmbeddingSnapshot> Of(
        IReadOnlyList<BottleneckRecord> records, double[] losses, int end, BottleneckStudyOptions options)
    {
        foreach (var part in new[] { 1, 0.5, 0.1 }.Where(part => part > options.Part))
        {
            var place = Array.FindIndex(losses, loss => loss <= part);
            if (place >= 0 && place < end)
            {
                yield return new(part, place, records[place].Embeddings);
            }
        }

        yield return new(losses[end], end, records[end].Embeddings);
    }
}
