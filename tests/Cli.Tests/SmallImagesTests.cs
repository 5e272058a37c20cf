using Xunit;

namespace HadamardNtk.Cli.Tests;

public class SmallImagesTests : CommandLine
{
    private static readonly string[] Study =
        ["study", "small-images", "--x", "x.npy", "--y", "y.csv", "--x2", "x.npy[:9]", "--y2", "y.csv[:9]", "--out", "s"];

    public SmallImagesTests()
    {
        var rows = Samples(40, 12);
        for (var i = 0; i < 40; i++)
        {
            rows[i, i % 2] += 4;
        }

        Put("x.npy", Npy.Shaped(rows, "(40, 2, 3, 2)"));
        Put("y.csv", string.Concat(Enumerable.Repeat("3\n8\n", 20)));
    }

    [Fact]
    public void It_prints_accuracies_and_writes_files_and_a_page()
    {
        var text = Run([.. Study, "--tests", "9"]).Succeeded();
        Assert.Contains("conv 5 pool", text.Output);
        Assert.All(text.Lines(), line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal(["csv", "report.html", "result.json"], Directory.GetFileSystemEntries(Place("s")).Select(Path.GetFileName).Order());
        Assert.Equal(9, File.ReadAllLines(Place("s/csv/draws.csv")).Length);
        Assert.Equal("kernel,n=10,n=20,n=40", File.ReadAllLines(Place("s/csv/accuracy.csv"))[0]);
        Assert.Contains("--x2 'x.npy[:9]' --y2 'y.csv[:9]' --tests 9", File.ReadAllText(Place("s/report.html")));
        var json = Run([.. Study, "--tests", "9", "--draws", "1", "--seed", "2", "--json"])
            .Json(["study", "claims", "found", "not_found", "reported", "seed", "report", "seconds"]);
        Assert.Equal(("small-images", 2), (json.GetProperty("study").GetString(), json.GetProperty("seed").GetInt32()));
        Assert.Equal(5, File.ReadAllLines(Place("s/csv/draws.csv")).Length);
    }

    [Fact]
    public void With_resume_its_kernels_are_kept_and_go_on()
    {
        string[] command = [.. Study, "--tests", "9", "--draws", "1", "--resume"];
        Run(command).Succeeded();
        Assert.Equal(8, Directory.GetFiles(Place("s/kernels"), "*.npy").Length);
        Assert.Contains("--draws 1 --tests 9 --resume", File.ReadAllText(Place("s/report.html")));
        var table = File.ReadAllText(Place("s/csv/draws.csv"));
        Assert.Equal(["1180", "1180", "1180", "1180"], Pairs());
        File.Delete(Place("s/kernels/dense-NTK-1-gram.npy"));
        Run(command).Succeeded();
        Assert.Equal(table, File.ReadAllText(Place("s/csv/draws.csv")));
        Assert.Equal(["0", "0", "820", "0"], Pairs());
        Directory.CreateDirectory(Place("t"));
        Put("t/kernels", "a file");
        Fails(2, [.. command[..11], "t", .. command[12..]], "a folder for kernels");
        Fails(2, [.. command, "--seed", "2"], "conv-5-pool-1-gram.npy", "another file, or drop --resume");
    }

    // Of 40 training and 9 test images: 820 pairs of the former, and 360 of both.
    private string[] Pairs() =>
        [.. File.ReadAllLines(Place("s/csv/times.csv")).Skip(1).Select(line => line.Split(',')[2])];

    [Fact]
    public void What_does_not_go_with_it_is_refused()
    {
        Put("flat.csv", "1,2\n3,4\n");
        Put("two.csv", "1\n2\n");
        Fails(2, Study, "at least 100 test images, came 9");
        Fails(2, [.. Study, "--full", "--tests", "9"], "at least 160 training images of each class, came 20");
        Fails(2, [.. Study, "--tests", "0"], "--tests takes");
        Fails(2, [.. Study, "--draws", "0"], "--draws takes");
        Fails(2, [.. Study, "--finite"], "--finite with another study than small-images");
        Fails(2, [.. Study, "--classes", "3:8"], "--classes with the study bottleneck alone");
        Fails(2, [.. Study[..6], "--out", "s"], "Expected --x, --y, --x2 and --y2 with the study small-images");
        Fails(2, ["study", "extrapolation", "--out", "s", "--tests", "3"], "--tests and --resume with the study small-images alone");
        Fails(2, ["study", "extrapolation", "--out", "s", "--resume"], "--resume with the study small-images alone");
        Fails(2, [.. Study[..3], "flat.csv", "--y", "two.csv", .. Study[6..]], "flat.csv", "(n, height, width, channels)");
        Fails(2, [.. Study[..5], "two.csv", .. Study[6..]], "two.csv", "40 rows");
        Assert.False(Directory.Exists(Place("s")));
    }
}
