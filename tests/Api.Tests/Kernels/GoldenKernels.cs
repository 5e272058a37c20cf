using System.Text.Json;
using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Kernels true to 40 digits, through every backend.</summary>
public class GoldenKernels
{
    private static readonly IReadOnlyDictionary<string, JsonElement> Cases =
        JsonDocument.Parse(File.ReadAllText(Place("manifest.json"))).RootElement.EnumerateArray()
            .ToDictionary(c => c.GetProperty("name").GetString()!);

    public static TheoryData<string, string> NamesAndBackends()
    {
        var data = new TheoryData<string, string>();
        foreach (var name in Cases.Keys)
        {
            foreach (var backend in TestBackends.Names)
            {
                data.Add(name, backend);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(NamesAndBackends))]
    public void A_golden_kernel_is_met_or_refused_where_it_must_be(string name, string backend)
    {
        var network = Network.Parse(Text(name, "net"));
        if (IsRefused(network))
        {
            Assert.True(Has(name, "refused"), "this network has a kernel");
            return;
        }

        Assert.True(!Has(name, "refused") || Has(name, "or"), "this network must be refused");
        var x = DataFile.ReadMatrix(Place($"{Text(name, "inputs")}.x.npy"));
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var truth = DataFile.ReadMatrix(Place($"{name}.{kind.ToString().ToLowerInvariant()}.npy"));
            var gram = network.Kernel(kind).Gram(x, new() { Backend = TestBackends.Find(backend) });
            var nearlyCollinear = backend == Backends.Reference.Name ? 5e-8 : 1e-10;
            KernelNearness.Near((i, j) => truth[i, j], gram, x, x, i => truth[i, i], j => truth[j, j], kind, nearlyCollinear);
        }
    }

    public static TheoryData<string> Names => [.. Cases.Keys.Where(name => !IsRefused(Network.Parse(Text(name, "net"))))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_golden_kernel_is_met_in_both_precisions_with_the_same_bits_at_every_width(string name)
    {
        var kernel = Network.Parse(Text(name, "net")).Ntk();
        var x = DataFile.ReadMatrix(Place($"{Text(name, "inputs")}.x.npy"));
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var truth = DataFile.ReadMatrix(Place($"{name}.{kind.ToString().ToLowerInvariant()}.npy"));
            foreach (var precision in Enum.GetValues<Precision>())
            {
                var gram = Gram(kernel, x, kind, precision, new() { Compiled = true });
                Near(truth, gram, Tolerance(name, kind, precision), $"{kind}, {precision}");
                foreach (var width in Enum.GetValues<VectorWidth>())
                {
                    var same = Gram(kernel, x, kind, precision, new() { Width = width, Compiled = false });
                    Samples.SameBits(gram, same, $"{kind}, {precision}, {width}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_golden_kernel_is_met_in_float32_on_tensors(string name)
    {
        var backend = TestBackends.Find(TestBackends.Torch);
        var kernel = Network.Parse(Text(name, "net")).Ntk();
        var x = DataFile.ReadMatrix(Place($"{Text(name, "inputs")}.x.npy"));
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var truth = DataFile.ReadMatrix(Place($"{name}.{kind.ToString().ToLowerInvariant()}.npy"));
            var gram = kernel.Of(kind).Gram(x, new() { Backend = backend, Precision = Precision.Float32 });
            Near(truth, gram, Tolerance(name, kind, Precision.Float32), $"{kind}");
        }
    }

    private static Matrix Gram(InfiniteKernel kernel, Matrix x, KernelKind kind, Precision precision, CpuSettings settings) =>
        kernel.Of(kind).Gram(x, new() { Backend = new CpuBackend(settings), Precision = precision });

    // Thirty layers add thirty roundings.
    private static double Tolerance(string name, KernelKind kind, Precision precision) =>
        precision == Precision.Float32 ? (name == "relu_deep30" ? 2e-5 : 2e-6)
        : kind == KernelKind.Nngp ? 1e-11
        : 1e-10;

    private static void Near(Matrix truth, Matrix actual, double tolerance, string what)
    {
        for (var i = 0; i < truth.Rows; i++)
        {
            for (var j = 0; j < truth.Columns; j++)
            {
                var bound = tolerance * Math.Sqrt(truth[i, i]) * Math.Sqrt(truth[j, j]);
                var error = Math.Abs(actual[i, j] - truth[i, j]);
                Assert.True(error <= bound, $"{what} ({i}, {j}): {actual[i, j]:R}, not {truth[i, j]:R}; off by {error / bound:F2} times the bound");
            }
        }
    }

    private static bool IsRefused(Network network)
    {
        try
        {
            network.Ntk();
            return false;
        }
        catch (NetworkRefusedException)
        {
            return true;
        }
    }

    private static bool Has(string name, string key) => Cases[name].TryGetProperty(key, out _);

    private static string Text(string name, string key) => Cases[name].GetProperty(key).GetString()!;

    private static string Place(string file) => Repository.Place("tests", "golden", file);
}
