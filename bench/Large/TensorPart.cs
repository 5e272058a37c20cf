using System.Runtime.InteropServices;

namespace HadamardNtk.Bench;

/// <summary>A Gram matrix on tensors beside the cpu backend's, and how much of the device that is.</summary>
internal static unsafe class TensorPart
{
    private const int Features = 784;

    internal static Section Run(LargeContext context, string title)
    {
        var device = Environment.GetEnvironmentVariable("HNTK_TORCH_DEVICE") ?? "cpu";
        var tensors = TorchBackend.TryCreate(device, out var backend, out var reason) ? backend : throw new InvalidOperationException($"{reason}.");
        var n = context.Size(device == "cpu" ? 8192 : 60000, 2048);
        var (kernel, x) = (Network.Parse(ReferenceFigures.Relu3).Ntk(), Inputs.Normal(n, Features));
        // Beyond what one span holds.
        var to = NativeMemory.AlignedAlloc((nuint)n * (nuint)n * sizeof(double), 4096);
        try
        {
            var rounds = Rounds.Of(context.Options.Rounds, [.. Subjects(kernel, x, tensors, (nint)to)]);
            var rates = TensorYardsticks.Products(device);
            return new(
                title,
                $"`{ReferenceFigures.Relu3}`, tangent kernel, n = {n}, d = {Features}, into memory of the host; {tensors.Description}. K v is a product with one "
                + "vector that stores nothing. Shares of the device's rate for a product of large matrices in that type"
                + (rates.Count == 0 ? "." : $" ({string.Join(", ", rates.Select(r => $"{r.Type} {Show.Number(r.Flops / 1e9)} GFLOP/s"))}), by the inner products of the pairs i <= j alone."),
                new Table(["type", "cpu ms", "tensors ms", "to cpu", "K v ms", "GFLOP/s", "share"], [
                    .. Enum.GetValues<Precision>().Select(p => Row(rounds, p, Name(p) + tensors.Name, n, rates.Find(r => r.Type == Name(p)).Flops)),
                ]));
        }
        finally
        {
            NativeMemory.AlignedFree(to);
        }
    }

    private static IEnumerable<Subject> Subjects(InfiniteKernel kernel, Matrix x, IKernelBackend tensors, nint to)
    {
        var v = Inputs.Normal(x.Rows, 1);
        foreach (var precision in Enum.GetValues<Precision>())
        {
            foreach (var backend in new[] { Backends.Cpu, tensors })
            {
                var options = new GramOptions { Backend = backend, Precision = precision };
                yield return new(Name(precision) + backend.Name, () => Gram(kernel, x, options, to));
            }

            var product = new GramOptions { Backend = tensors, Precision = precision };
            yield return new(Name(precision) + "product", () => kernel.Multiply(x, v, options: product));
        }
    }

    private static void Gram(InfiniteKernel kernel, Matrix x, GramOptions options, nint to)
    {
        var request = new GramRequest(kernel.Program, x, null, KernelKind.Ntk, options.Precision);
        IGramSink sink = options.Precision == Precision.Float32 ? new MemorySink<float>(x.Rows, true, (float*)to) : new MemorySink<double>(x.Rows, true, (double*)to);
        options.Backend!.Compute(request, sink, options, default);
    }

    private static string[] Row(Rounds rounds, Precision precision, string tensors, int n, double rate)
    {
        var type = Name(precision);
        var flops = n * (n + 1.0) * Features / rounds.Seconds(tensors);
        return
        [
            type, Show.Milliseconds(rounds.Seconds(type + "cpu")), Show.Milliseconds(rounds.Seconds(tensors)),
            Show.Times(rounds.Ratio(tensors, type + "cpu")), Show.Milliseconds(rounds.Seconds(type + "product")),
            Show.Number(flops / 1e9), Show.Percent(rate > 0 ? flops / rate : double.NaN),
        ];
    }

    private static string Name(Precision precision) => precision == Precision.Float32 ? "f32" : "f64";
}
