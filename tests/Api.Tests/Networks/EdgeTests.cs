using Xunit;

namespace HadamardNtk.Api.Tests.Networks;

/// <summary>What a program sees at the edges: equality, arrays in place of matrices, and objects as text.</summary>
public class EdgeTests
{
    private static readonly Network Net = Network.Parse("dense(he) relu dense");
    private static readonly Matrix X = Samples.Random(8, 3, 1);

    [Fact]
    public void Networks_are_equal_by_their_layers()
    {
        var (same, other) = (Network.Parse("dense(w=sqrt(2)) relu dense"), Network.Parse("dense relu dense"));
        Network? none = null;
        Assert.True(Net == same);
        Assert.False(Net != same);
        Assert.False(ReferenceEquals(Net, same));
        Assert.True(Net != other);
        Assert.False(Net == other);
        Assert.True(none == null);
        Assert.False(Net == none);
        Assert.True(none != Net);
    }

    [Fact]
    public void Arrays_stand_for_samples()
    {
        var kernel = Net.Ntk();
        double[] x = [1, 2, 3], z = [0.5, -1, 2];
        Assert.Equal(kernel.Evaluate(x.AsSpan(), z.AsSpan()), kernel.Evaluate(x, z));
        Assert.Throws<ArgumentNullException>(() => kernel.Evaluate(null!, z));
        RowKernel rows = kernel;
        Assert.Equal(rows.Gram(X).Data, rows.Gram(X.ToArray()).Data);
        Assert.Equal(rows.Cross(X, X.SelectRows(0, 2)).Data, rows.Cross(X.ToArray(), X.SelectRows(0, 2).ToArray()).Data);
        var cross = typeof(RowKernel).GetMethod("Cross", [typeof(double[,]), typeof(double[,]), typeof(GramOptions), typeof(CancellationToken)])!;
        var made = (Matrix)cross.Invoke(kernel, [X.ToArray(), X.SelectRows(0, 2).ToArray(), null, CancellationToken.None])!;
        Assert.Equal(rows.Cross(X, X.SelectRows(0, 2)).Data, made.Data);
        var gram = typeof(RowKernel).GetMethod("Gram", [typeof(double[,]), typeof(GramOptions), typeof(CancellationToken)])!;
        Assert.Equal(rows.Gram(X).Data, ((Matrix)gram.Invoke(kernel, [X.ToArray(), null, CancellationToken.None])!).Data);
    }

    [Fact]
    public void Models_are_told_in_one_line()
    {
        double[] y = [.. Enumerable.Range(0, 8).Select(i => (double)i)];
        long[] labels = [0, 1, 2, 0, 1, 2, 0, 1];
        var options = new RegressionOptions { Ridge = Ridge.Absolute(0.5) };
        Assert.Equal(
            $"KernelRegression: NTK of {Net}, ridge 0.5, cholesky, 8 weights",
            KernelRegression.Fit(Net.Ntk(), X, y, options).ToString());
        Assert.Equal(
            $"KernelClassifier: 3 classes, NNGP kernel of {Net}, ridge 0.5, cholesky",
            KernelClassifier.Fit(Net.Nngp(), X, labels, options).ToString());
        Assert.Equal(
            "GramRegression: Gram matrix 8 x 8, ridge 0.5, cholesky, 8 weights x 2",
            KernelRegression.Fit(Net.Ntk().Gram(X), Samples.Random(8, 2, 3), options).ToString());
        var machine = SupportVectorMachine.Fit(StationaryKernel.Gaussian(2), X, labels);
        Assert.Equal(
            $"SupportVectorMachine: 3 classes, Gaussian kernel of length 2, {machine.Machine.Support.Count} support vectors",
            machine.ToString());
    }

    [Fact]
    public void The_language_lists_the_words_that_parse()
    {
        var words = NetworkLanguage.Words.ToDictionary(word => word.Name);
        Assert.Equal(48, words.Count);
        Assert.Equal("0.01", words["leaky_relu"].Options[0].Default);
        Assert.Equal((null, false), (words["dense"].Options[2].Default, words["dense"].Options[2].IsRequired));
        Assert.True(words["monomial"].Options[0].IsRequired);
        Assert.Equal("a whole number from 0 to 30", words["monomial"].Options[0].Accepts);
        foreach (var word in words.Values.Where(w => w.IsActivation && w.Options.All(o => !o.IsRequired)))
        {
            Assert.True(Network.TryParse($"dense {word.Name}", out _, out _), word.Name);
        }
    }
}
