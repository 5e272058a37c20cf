using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Every backend computes what the reference backend defines.</summary>
public class BackendAgreement
{
    /// <summary>One network for every rule of the recursion; the last needs tables and quadrature.</summary>
    public static readonly string[] Networks =
    [
        "(dense(w=1.4142135623730951,b=0.1) relu)^3 dense",
        "hadamard(dense, sum(dense, constant), sum(dense, constant)) dense",
        "concat(dense relu, dense(b=0.3) erf, weights=1:3) dense gelu dense",
        "sum(identity, dense relu dense) dense(b=0.2) sin(b=0.8,c=0.3) dense",
        "dense(w=1.3,b=0.2,width=64,param=standard) layer_norm abs dense(trained=false)",
        "dense(w=1.3,b=0.2) tanh dense",
    ];

    private static readonly GramOptions Reference = new() { Backend = Backends.Reference };

    public static TheoryData<int, int, int> Symmetric()
    {
        var data = new TheoryData<int, int, int>();
        foreach (var network in Enumerable.Range(0, Networks.Length))
        {
            foreach (var rows in IsSlow(network) ? new[] { 1, 9 } : [1, 127, 128, 129, 257])
            {
                data.Add(network, rows, rows == 1 ? 5 : 3);
            }
        }

        data.Add(0, 1, 1);
        data.Add(0, 40, 1);
        data.Add(0, 5, 1000);
        return data;
    }

    public static TheoryData<int, int, int> Rectangular() => new()
    {
        { 0, 1, 1 }, { 0, 1, 5 }, { 0, 5, 1 }, { 0, 1, 129 }, { 1, 129, 1 }, { 2, 127, 128 }, { 3, 130, 257 }, { 4, 128, 129 }, { 5, 3, 7 },
    };

    [Theory]
    [MemberData(nameof(Symmetric))]
    public void A_Gram_matrix_of_the_cpu_backend_is_the_one_of_the_reference(int network, int rows, int features) =>
        MeetGram(Backends.Cpu, network, rows, features);

    [Theory]
    [MemberData(nameof(Symmetric))]
    public void A_Gram_matrix_on_tensors_is_the_one_of_the_reference(int network, int rows, int features) =>
        MeetGram(TestBackends.Find(TestBackends.Torch), network, rows, features);

    private static void MeetGram(IKernelBackend backend, int network, int rows, int features)
    {
        var kernel = Network.Parse(Networks[network]).Ntk();
        var x = Samples.Random(rows, features, 100 * rows + features);
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var truth = kernel.Of(kind).Gram(x, Reference);
            var gram = kernel.Of(kind).Gram(x, new() { Backend = backend });
            Assert.Equal((rows, rows), (gram.Rows, gram.Columns));
            KernelNearness.Near((i, j) => truth[i, j], gram, x, x, i => truth[i, i], j => truth[j, j], kind);
        }
    }

    [Theory]
    [MemberData(nameof(Rectangular))]
    public void A_cross_matrix_of_the_cpu_backend_is_the_one_of_the_reference(int network, int rows, int columns) =>
        MeetCross(Backends.Cpu, network, rows, columns);

    [Theory]
    [MemberData(nameof(Rectangular))]
    public void A_cross_matrix_on_tensors_is_the_one_of_the_reference(int network, int rows, int columns) =>
        MeetCross(TestBackends.Find(TestBackends.Torch), network, rows, columns);

    private static void MeetCross(IKernelBackend backend, int network, int rows, int columns)
    {
        var kernel = Network.Parse(Networks[network]).Ntk();
        var (x, other) = (Samples.Random(rows, 4, rows), Samples.Random(columns, 4, 1000 + columns));
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var truth = kernel.Of(kind).Cross(x, other, Reference);
            var cross = kernel.Of(kind).Cross(x, other, new() { Backend = backend });
            Assert.Equal((rows, columns), (cross.Rows, cross.Columns));
            var (row, column) = (kernel.Of(kind).Diagonal(x), kernel.Of(kind).Diagonal(other));
            KernelNearness.Near((i, j) => truth[i, j], cross, x, other, i => row[i], j => column[j], kind);
        }
    }

    [Fact]
    public void Backends_are_found_by_their_names()
    {
        Assert.All(Backends.All, backend => Assert.Same(backend, Backends.Find(backend.Name)));
        Assert.Equal(Backends.All.Count, Backends.All.Select(backend => backend.Name).Distinct().Count());
        Assert.All(Backends.All, backend => Assert.DoesNotContain('\n', backend.Description));
        Assert.Contains(Backends.Default, Backends.All);
        Assert.Contains("cpu, ", Assert.Throws<ArgumentException>("name", () => Backends.Find("abacus")).Message);
    }

    // The reference prepares all columns again for every row, and each of these needs Hermite tables.
    private static bool IsSlow(int network) => Networks[network].Contains("tanh");
}
