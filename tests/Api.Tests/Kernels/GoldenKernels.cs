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
            foreach (var backend in Backends.All)
            {
                data.Add(name, backend.Name);
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
            var gram = network.Kernel().Gram(x, kind, new() { Backend = Backends.Find(backend) });
            var nearlyCollinear = backend == Backends.Reference.Name ? 5e-8 : 1e-10;
            KernelNearness.Near((i, j) => truth[i, j], gram.Values, x, x, i => truth[i, i], j => truth[j, j], kind, nearlyCollinear);
        }
    }

    private static bool IsRefused(Network network)
    {
        try
        {
            network.Kernel();
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
