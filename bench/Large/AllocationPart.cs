namespace HadamardNtk.Bench;

/// <summary>Managed bytes of a block: those of a matrix less those of one whose blocks nobody wants.</summary>
internal static class AllocationPart
{
    private const int Rows = 2048;

    internal static Section Run(LargeContext context, string title)
    {
        var (x, other, to) = (Inputs.Normal(Rows, 16), Inputs.Normal(Rows, 16, seed: 2), new float[Rows * Rows]);
        return new(
            title,
            $"Managed bytes of what a matrix in memory, n = {Rows}, d = 16, takes beyond the preparation of its samples, which is what it takes when no block is wanted: for each block of a matrix between two sets of samples, and for each entry of the diagonal of a symmetric one.",
            new Table(["network", "type", "samples, kB", "a block", "aim", "a diagonal entry"], [
                .. from figure in ReferenceFigures.All
                   where figure.Features == 16 && figure.Name is "relu^3" or "sin" or "tanh^3"
                   from precision in new[] { Precision.Float32, Precision.Float64 }
                   select Row(figure, x, other, to, precision),
            ]));
    }

    private static string[] Row(ReferenceFigure figure, Matrix x, Matrix other, float[] to, Precision precision)
    {
        var kernel = Network.Parse(figure.Network).Ntk();
        var cross = Beyond(new(kernel.Program, x, other, KernelKind.Ntk, precision), to, out _);
        var square = Beyond(new(kernel.Program, x, null, KernelKind.Ntk, precision), to, out var samples);
        return
        [
            figure.Name, precision == Precision.Float32 ? "f32" : "f64", Show.Number(samples / 1e3),
            Show.Number(cross / (double)new BlockGrid(Rows, Rows, false).Count), "0", Show.Number(square / (double)Rows),
        ];
    }

    private static unsafe long Beyond(GramRequest request, float[] to, out long samples)
    {
        fixed (float* target = to)
        {
            var sink = new MemorySink<float>(request.Columns, request.IsSymmetric, target);
            _ = Bytes(request, new(sink, isOpen: true));
            samples = Bytes(request, new(sink, isOpen: false));
            return Bytes(request, new(sink, isOpen: true)) - samples;
        }
    }

    // The least of a few: what the runtime and its threads do meanwhile only adds.
    private static long Bytes(GramRequest request, GatedSink sink) => Enumerable.Range(0, 5).Min(_ =>
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Backends.Cpu.Compute(request, sink, new GramOptions(), CancellationToken.None);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    });
}
