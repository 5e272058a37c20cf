using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Numbers that are compared one by one.</summary>
internal static class Numbers
{
    /// <summary>There are as many numbers as are expected, at least one, and each is near its own.</summary>
    internal static void Near(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance)
    {
        double[] wanted = [.. expected], found = [.. actual];
        Assert.NotEmpty(wanted);
        Assert.Equal(wanted.Length, found.Length);
        for (var k = 0; k < wanted.Length; k++)
        {
            var isNear = Math.Abs(found[k] - wanted[k]) <= tolerance;
            Assert.True(isNear, $"number {k}: {found[k]:R} instead of {wanted[k]:R}, {tolerance:R} is allowed");
        }
    }
}
