using System.Globalization;
using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>fit and predict say where the scale of a kernel stands for that of the targets, and is not of its size.</summary>
public class ScaleNoteTests : CommandLine
{
    private const string Net = "(dense(he) relu)^3 dense";

    public ScaleNoteTests()
    {
        var x = Samples(30, 3);
        Put("x.npy", x);
        foreach (var (name, times) in new[] { ("large", 1000.0), ("like", 3), ("small", 1e-3) })
        {
            var y = new double[30, 1];
            for (var i = 0; i < 30; i++)
            {
                y[i, 0] = times * x[i, 0] * x[i, 1];
            }

            Put($"{name}.npy", y);
        }
    }

    [Theory]
    [InlineData("large")]
    [InlineData("small")]
    public void An_evidence_at_unit_scale_is_noted_where_targets_are_not_of_the_kernels_size(string targets)
    {
        var note = Assert.Single(Notes(Fit(targets, "--ridge", "auto")));
        Assert.Contains("the mean square of the targets is", note, StringComparison.Ordinal);
        Assert.Contains("--scale auto", note, StringComparison.Ordinal);
        Assert.Single(Notes(Fit(targets, "--net", "dense", "--ridge", "1")));
        Assert.Empty(Notes(Fit(targets, "--ridge", "auto", "--scale", "auto")));
        Assert.Empty(Notes(Fit(targets, "--ridge", "auto", "--select", "loo")));
        Assert.Empty(Notes(Fit(targets, "--ridge", "1")));
        Assert.Empty(Notes(Fit("like", "--ridge", "auto")));
    }

    [Fact]
    public void Deviations_at_unit_scale_are_noted_with_the_scale_that_they_lack()
    {
        var scale = Fit("large", "--ridge", "0.1", "--scale", "auto").GetProperty("scale").GetDouble();
        Assert.Empty(Notes(Predict("--std", "--interval", "95")));
        Fit("large", "--ridge", "0.1");
        var said = Math.Round(scale).ToString(CultureInfo.InvariantCulture);
        Assert.InRange(scale, 100, 999);
        foreach (var option in new[] { "--std", "--interval=95", "--samples=2" })
        {
            Assert.Contains($"have {said} times", Assert.Single(Notes(Predict(option))), StringComparison.Ordinal);
        }

        Assert.Empty(Notes(Predict()));
        Fit("like", "--ridge", "0.1");
        Assert.Empty(Notes(Predict("--std")));
    }

    private JsonElement Fit(string targets, params string[] more) => Run(
        ["fit", "--net", Net, "--x", "x.npy", "--y", $"{targets}.npy", "--center-y", "--model", "m", "--json", .. more])
        .Json();

    private JsonElement Predict(params string[] more) =>
        Run(["predict", "--model", "m", "--x", "x.npy[:4]", "--out", "Y.npy", "--json", .. more]).Json();

    private static string[] Notes(JsonElement result) => result.TryGetProperty("notes", out var notes)
        ? [.. notes.EnumerateArray().Select(note => note.GetString()!)]
        : [];
}
