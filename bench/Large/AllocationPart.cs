namespace HadamardNtk.Bench;

/// <summary>Managed bytes of a block: those of a matrix less those of one whose blocks nobody wants.</summary>
internal static class AllocationPart
{
    private const int Rows = 4096;

    internal static Section Run(LargeContext context, string title)
    {
        var (x, to) = (Inputs.Normal(Rows, 16), new float[Rows * Rows]);
        return new(
            title,
            $"Managed bytes of a matrix in memory, n = {Rows}, d = 16; of the same with no block wanted, so that only the samples are prepared; and the difference for each block.",
            new Table(["network", "type", "bytes", "no blocks", "a block", "aim"], [
                .. from figure in ReferenceFigures.All
                   where figure.Features == 16 && figure.Name is "relu^3" or "sin" or "tanh^3"
                   from precision in new[] { Precision.Float32, Precision.Float64 }
                   select Row(figure, x, to, precision),
            ]));
    }

    private static string[] Row(ReferenceFigure figure, Matrix x, float[] to, Precision precision)
    {
        var request = new GramRequest(Network.Parse(figure.Network).Kernel(), x, null, KernelKind.Ntk, precision);
        var (all, none) = (Bytes(request, to, true), Bytes(request, to, false));
        var blocks = new Blocks(Rows, Rows, true).Count;
        return
        [
            figure.Name, precision == Precision.Float32 ? "f32" : "f64", $"{all}", $"{none}", Show.Number((all - none) / (double)blocks), "0",
        ];
    }

    // The least of a few: what the runtime does meanwhile only adds.
    private static unsafe long Bytes(GramRequest request, float[] to, bool isOpen)
    {
        fixed (float* target = to)
        {
            var sink = new GatedSink(new MemorySink<float>(request, target), isOpen);
            return Least(() => Backends.Cpu.Compute(request, sink, new() { Precision = request.Precision }, CancellationToken.None));
        }
    }

    private static long Least(Action run) => Enumerable.Range(0, 5).Min(_ =>
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        run();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    });
}
