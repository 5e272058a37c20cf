using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>The program of docs/performance.md for large matrices.</summary>
public class ReadmeLargeExample : DataFolder
{
    [Fact]
    public void The_program_of_the_page_writes_opens_and_multiplies()
    {
        var kernel = Network.Parse("(dense(w=1.41421356) relu)^3 dense").Ntk();
        Matrix x = Samples.Random(60, 4, 1), v = Samples.Random(60, 2, 2);
        var (path, destination) = (Place("K.npy"), new float[3600]);

        // <readme>
        var options = new GramOptions { Precision = Precision.Float32, Threads = 8 };
        kernel.WriteGram(path, x, options: options, resume: true);      // larger than memory; goes on after a kill
        using var gram = GramMatrix.Open(path);                         // memory-mapped
        kernel.WriteGram(destination, x, options: options);             // into a Span<float> or Span<double> of yours
        Matrix product = kernel.Multiply(x, v);                         // K V, without K
        // </readme>

        Assert.Equal(destination[68], (float)gram[1, 8]);
        var sum = Enumerable.Range(0, 60).Sum(j => kernel.Gram(x)[3, j] * v[j, 1]);
        Assert.Equal(sum, product[3, 1], 1e-12);
    }
}
