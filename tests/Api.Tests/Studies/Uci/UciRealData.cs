using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>The percentages that an independent program has by the same protocol, on files that are not in the repository.</summary>
public class UciRealData
{
    /// <summary>Half of the last digit that is given.</summary>
    private const double Points = 0.005;

    [Theory]
    [InlineData("iris", 97.30, 87.16)]
    [InlineData("wine", 97.73, 98.86)]
    [InlineData("seeds", 92.79, 96.15)]
    public void Small_sets_are_classified_as_expected(string name, double supportVectors, double ridge) =>
        Check(name, supportVectors, ridge);

    [Theory]
    [InlineData("ionosphere", 94.89, 89.20)]
    [InlineData("breast-cancer-wisc-diag", 96.83, 96.83)]
    [InlineData("glass", 68.40, 65.09)]
    [InlineData("libras", 85.83, 83.33)]
    [InlineData("tic-tac-toe", 99.79, 99.16)]
    public void The_others_are_classified_as_expected(string name, double supportVectors, double ridge)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("HNTK_LONG") == "1", "set HNTK_LONG=1.");
        Check(name, supportVectors, ridge);
    }

    private static void Check(string name, double supportVectors, double ridge)
    {
        var data = UciData.Read(Path.GetDirectoryName(SharedData.Require($"uci/{name}/{name}.txt"))!);
        Assert.Equal(supportVectors, UciProtocol.Run(data).Accuracy, Points);
        Assert.Equal(ridge, UciProtocol.Run(data, UciClassifier.Ridge).Accuracy, Points);
    }
}
