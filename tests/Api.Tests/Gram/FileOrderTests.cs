using HadamardNtk.Api.Tests.Kernels;
using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>Very large files are written row by row, and nothing shows that they are.</summary>
public class FileOrderTests : DataFolder
{
    private const int Rows = 150;

    public static TheoryData<string> Networks => [.. BackendAgreement.Networks, "(dense(w=1.4,b=0.1) erf)^3 dense", "dense sin dense"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Both_halves_computed_are_one_half_and_its_mirror_image_to_the_last_bit(string network)
    {
        var kernel = Network.Parse(network).Ntk();
        var x = HardRows();
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var request = new GramRequest(kernel.Program, x, null, KernelKind.Ntk, precision);
            Assert.Equal(Written(request), Written(request.BothHalves));
        }
    }

    [Theory]
    [InlineData("dense relu dense", 16, true)]
    [InlineData("dense relu dense", 5000, false)]
    [InlineData("dense tanh dense", 16, false)]
    public void Both_halves_are_computed_where_that_is_cheap(string network, int features, bool expected)
    {
        var request = new GramRequest(Network.Parse(network), Samples.Random(9, features, 1), null, KernelKind.Ntk, Precision.Float32);
        Assert.Same(request, WriteOrder.Of(request, Backends.Cpu));
        Assert.Same(request, WriteOrder.Of(request, Backends.Cpu, large: 10));
        Assert.Equal(!expected, WriteOrder.Of(request, Backends.Cpu, large: 9).IsSymmetric);
        Assert.Same(request, WriteOrder.Of(request, Backends.Reference, large: 9));
    }

    [Fact]
    public void A_backend_of_a_program_s_own_says_whether_its_matrices_are_symmetric_to_the_bit()
    {
        var request = new GramRequest(Network.Parse("dense relu dense"), Samples.Random(9, 3, 1), null, KernelKind.Ntk, Precision.Float32);
        Assert.False(WriteOrder.Of(request, new CountingBackend(Backends.Cpu), large: 9).IsSymmetric);
        Assert.Same(request, WriteOrder.Of(request, new CountingBackend(Backends.Reference), large: 9));
        Assert.False(((IKernelBackend)new BlockBackend(8)).IsSymmetricToTheBit);
    }

    private byte[] Written(GramRequest request)
    {
        using (var writer = NpyTileWriter.Create(Place("K.npy"), request.Rows, request.Columns, request.Precision))
        {
            Backends.Cpu.Compute(request, new FileSink(writer, request.IsSymmetric), new GramOptions(), default);
            writer.Commit();
        }

        return File.ReadAllBytes(Place("K.npy"));
    }

    // Among random rows a duplicate, an antipode, a multiple, a row of zeros, and rows ever nearer to the first.
    private static Matrix HardRows()
    {
        const int features = 7;
        var x = Samples.Random(Rows, features, 3);
        for (var j = 0; j < features; j++)
        {
            var first = x.Data[j];
            (x.Data[features + j], x.Data[2 * features + j], x.Data[3 * features + j], x.Data[4 * features + j]) = (first, -first, 3 * first, 0);
            for (var i = 0; i < 14; i++)
            {
                x.Data[(60 + 5 * i) * features + j] = first * (1 + (j == 0 ? Math.Pow(10, -i) : 0));
            }
        }

        return x;
    }
}
