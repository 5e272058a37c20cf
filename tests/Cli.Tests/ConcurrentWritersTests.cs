using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Several processes that write one result: none fails, and one of them has written all of it.</summary>
public class ConcurrentWritersTests : CommandLine
{
    private const int AtOnce = 5;

    public ConcurrentWritersTests()
    {
        Put("x.csv", "2,0\n2,2\n1,5\n");
        for (var i = 0; i < AtOnce; i++) Put($"y{i}.csv", $"{i}\n{i + 1}\n{i * i}\n");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_five_fits_at_once_the_last_wins_whole(bool hasNotes)
    {
        for (var i = 0; i < AtOnce; i++) Run(Fit(i, $"own{i}")).Succeeded();
        var models = Enumerable.Range(0, AtOnce).Select(i => Model($"own{i}")).ToArray();
        for (var round = 0; round < 3; round++)
        {
            if (hasNotes && round > 0) Put("m/notes.txt", "mine");
            All(i => Fit(i, "m"));
            Assert.Contains(Model("m"), models);
            Run("predict", "--model", "m", "--x", "x.csv", "--out", "Y.npy").Succeeded();
            Assert.Equal(hasNotes && round > 0, File.Exists(Place("m/notes.txt")));
        }
    }

    [Fact]
    public void So_of_five_dynamics()
    {
        for (var i = 0; i < AtOnce; i++) Run(Dynamics(i, $"own{i}")).Succeeded();
        for (var round = 0; round < 2; round++)
        {
            All(i => Dynamics(i, "flow"));
            var winner = Array.FindIndex([.. Enumerable.Range(0, AtOnce)], i => SameFile($"own{i}/mean.npy", "flow/mean.npy"));
            Assert.True(SameFile($"own{winner}/covariance.npy", "flow/covariance.npy"));
        }
    }

    private static string[] Fit(int i, string model) =>
        ["fit", "--net", Relu, "--x", "x.csv", "--y", $"y{i}.csv", "--ridge", "1", "--model", model, .. i % 2 == 0 ? ["--center"] : (string[])[]];

    // Another number of times, so that both files differ.
    private static string[] Dynamics(int i, string folder) =>
        ["dynamics", "--net", Relu, "--x", "x.csv", "--y", $"y{i}.csv", "--times", string.Join(',', Enumerable.Range(0, i + 1)), "--out", folder];

    private void All(Func<int, string[]> arguments)
    {
        var running = Enumerable.Range(0, AtOnce).Select(i => Hntk.Start(Folder, arguments(i))).ToArray();
        Array.ForEach(running, one =>
        {
            one.Wait(TimeSpan.FromSeconds(90)).Succeeded();
            one.Dispose();
        });
    }

    private string Model(string folder) => string.Join('|', Directory.GetFiles(Place(folder)).Order()
        .Where(file => !file.EndsWith("notes.txt")).Select(file => Path.GetFileName(file) + Convert.ToHexString(File.ReadAllBytes(file))));

    private bool SameFile(string one, string two) => File.ReadAllBytes(Place(one)).AsSpan().SequenceEqual(File.ReadAllBytes(Place(two)));
}
