namespace HadamardNtk;

/// <summary>The core's own reading of the program: one pair after the other, plain sums for inner products.</summary>
internal sealed class ReferenceBackend : IKernelBackend
{
    public string Name => "reference";

    public string Description => "one pair after the other on one thread, float64: the definition";

    public void Compute(GramRequest request, IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
        var (x, other) = (Rows(request.X), request.IsSymmetric ? null : Rows(request.Other));
        for (var i = 0; i < x.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            sink.Write(i, 0, Row(request, x, other ?? x, i), 1, request.Columns);
            options.Progress?.Report((i + 1.0) / x.Length);
        }
    }

    private static double[] Row(GramRequest request, double[][] x, double[][] other, int i)
    {
        try
        {
            var (nngp, ntk) = Core.KernelModule.cross(request.Kernel.Core, [x[i]], other);
            return (request.Kind == KernelKind.Ntk ? ntk : nngp).Cast<double>().ToArray();
        }
        catch (Core.KernelUndefinedException e)
        {
            throw new KernelUndefinedException(e.undefined, e.row);
        }
    }

    private static double[][] Rows(Matrix m) => [.. Enumerable.Range(0, m.Rows).Select(i => m.Row(i).ToArray())];
}
