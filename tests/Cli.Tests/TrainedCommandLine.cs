using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>A test class whose commands need libtorch; where it is missing, they skip with the reason.</summary>
public abstract class TrainedCommandLine : CommandLine
{
    private static readonly Lazy<string?> Missing = new(() =>
    {
        var backends = Hntk.Run(Path.GetTempPath(), "backends", "--json").Json().GetProperty("backends");
        var torch = backends.EnumerateArray().Single(b => b.GetProperty("name").GetString() == "torch");
        return torch.GetProperty("available").GetBoolean() ? null : torch.GetProperty("description").GetString();
    });

    protected static void RequireTorch() => Assert.SkipWhen(Missing.Value is not null, Missing.Value ?? "");

    /// <summary>
    /// The words of a line, in which | is a space within a word; an option that is given again in <c>last</c> counts there alone.
    /// </summary>
    protected static string[] Words(string line, string last = "")
    {
        List<string> words = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Replace('|', ' '))];
        foreach (var option in last.Split(' ').Where(word => word.StartsWith("--")))
        {
            if (words.IndexOf(option) is var first && first != words.LastIndexOf(option))
            {
                words.RemoveRange(first, 2);
            }
        }

        return [.. words];
    }

    protected byte[] Parameters(string model) => File.ReadAllBytes(Place($"{model}/parameters.dat"));
}
