using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Parts of a Gram matrix by several processes, and the file that they are joined to.</summary>
public class PartsTests : CommandLine
{
    private const string Images = "conv relu global_avg_pool dense";

    /// <summary>The reference backend takes some seconds for 900 rows of it.</summary>
    private const string Deep = "(dense relu)^50 dense";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Relu, 4, "--x x.npy")]
    [InlineData(Relu, 3, "--x x.npy --precision f32 --kernel nngp")]
    [InlineData(Relu, 2, "--x x.npy --x2 z.csv")]
    [InlineData("dense tanh dense", 2, "--x x.npy --x2 z.csv --precision f32 --backend reference")]
    [InlineData(Images, 3, "--x images.npy")]
    [InlineData(Images, 2, "--x images.npy --x2 images.npy[:5] --precision f32")]
    public void Processes_at_once_and_a_join_give_the_file_of_one_run(string net, int count, string options)
    {
        PutSamples();
        string[] gram = ["gram", "--net", net, .. options.Split(' '), "--out"];
        var running = Enumerable.Range(1, count).Select(k => Hntk.Start(Folder, [.. gram, "P", "--part", $"{k}/{count}"])).ToArray();
        Array.ForEach(running, process => process.Wait(Soon).Succeeded());
        Array.ForEach(running, process => process.Dispose());
        Run([.. gram, "K.npy"]).Succeeded();
        Run("gram", "--join", "P", "--out", "J.npy").Succeeded();
        Assert.Equal(File.ReadAllBytes(Place("K.npy")), File.ReadAllBytes(Place("J.npy")));
        Assert.Equal(File.ReadAllText(Place("K.npy.json")), File.ReadAllText(Place("J.npy.json")));
    }

    [Fact]
    public void What_is_finished_is_left_alone_and_said()
    {
        PutSamples();
        var part = Part("P", 1, 1).Json("rows", "columns", "seconds", "backend", "features", "part", "parts", "tiles", "pairs");
        Assert.Equal((1, 1, 300 * 301 / 2), (part.GetProperty("part").GetInt32(), part.GetProperty("parts").GetInt32(), part.GetProperty("pairs").GetInt32()));
        string[] join = ["gram", "--join", "P", "--out", "K.npy", "--json"];
        var whole = Run(join).Json("rows", "columns", "seconds", "backend", "features", "parts");
        Assert.Equal((Relu, "ntk", "cpu"), (whole.GetProperty("network").GetString(), whole.GetProperty("kernel").GetString(), whole.GetProperty("backend").GetString()));
        var times = new[] { "P/part-1-of-1.gram", "K.npy" }.Select(name => File.GetLastWriteTimeUtc(Place(name))).ToArray();
        Assert.Contains("finished and has this part", Part("P", 1, 1).Succeeded().Output);
        Assert.Contains("finished and has the matrix of these parts", Run(join).Succeeded().Output);
        Assert.Equal(times, new[] { "P/part-1-of-1.gram", "K.npy" }.Select(name => File.GetLastWriteTimeUtc(Place(name))));
    }

    [Fact]
    public void A_missing_part_is_named()
    {
        PutSamples();
        Part("P", 2, 4).Succeeded();
        Part("P", 3, 4).Succeeded();
        Fails(2, ["gram", "--join", "P", "--out", "K.npy"], "P: ", "all of 4", "without 1, 4", "--part 1/4");
        Fails(2, ["gram", "--join", "Q", "--out", "K.npy"], "Q: ", "no such folder");
        Fails(2, ["gram", "--join", "x.npy", "--out", "K.npy"], "x.npy: ", "a file");
    }

    [Fact]
    public void A_part_of_another_matrix_is_named_with_what_differs()
    {
        PutSamples();
        Part("P", 1, 2).Succeeded();
        foreach (var (options, what) in new (string[], string[])[]
        {
            (["--net", "dense erf dense"], ["network", Relu, "dense erf dense"]),
            (["--kernel", "nngp"], ["kernel", "ntk", "nngp"]),
            (["--precision", "f32"], ["precision", "f64", "f32"]),
            (["--x", "x.npy[:299]"], ["shape", "300 x 300", "299 x 299"]),
            (["--x", "y.npy"], ["X", "SHA-256"]),
            (["--x2", "z.csv"], ["shape", "300 x 9"]),
            (["--backend", "reference"], ["backend", "cpu", "reference"]),
        })
        {
            Fails(2, Line("P", 1, 2, options), ["P/part-1-of-2.gram", .. what]);
            Run(Line("P", 2, 2, options)).Succeeded();
            Fails(2, ["gram", "--join", "P", "--out", "K.npy"], ["P/part-2-of-2.gram", "part-1-of-2.gram", .. what]);
            File.Delete(Place("P/part-2-of-2.gram"));
        }

        Part("P", 1, 3).Succeeded();
        Fails(2, ["gram", "--join", "P", "--out", "K.npy"], "part-1-of-3.gram", "number of parts", "2", "3");
    }

    [Fact]
    public void A_truncated_part_and_a_changed_byte_are_found_and_mended()
    {
        PutSamples();
        Part("P", 1, 2).Succeeded();
        Part("P", 2, 2).Succeeded();
        const string name = "P/part-2-of-2.gram";
        var bytes = File.ReadAllBytes(Place(name));
        byte[][] damaged = [bytes[..^1], bytes[..100], [], [.. bytes.Select((value, k) => k == bytes.Length / 2 ? (byte)~value : value)]];
        foreach (var content in damaged)
        {
            Put(name, content);
            Fails(2, ["gram", "--join", "P", "--out", "K.npy"], name, "delete it, and compute this part again");
        }

        Assert.Contains("it was computed again", Part("P", 2, 2).Succeeded().Output);
        Assert.Equal(bytes, File.ReadAllBytes(Place(name)));
    }

    [Fact]
    public void A_part_that_is_killed_or_interrupted_leaves_nothing()
    {
        Signals.Require();
        Put("x.npy", Samples(900, 10));
        foreach (var (signal, code) in new[] { (Signals.Kill, 137), (Signals.Interrupt, 130) })
        {
            using var running = Hntk.Start(Folder, Line("P", 1, 2, ["--net", Deep, "--backend", "reference"]));
            for (var i = 0; !Directory.Exists(Place("P")) && !running.IsOver && i < 1200; i++)
            {
                Thread.Sleep(25);
            }

            Assert.Equal(0, Signals.Send(running.Id, signal));
            Assert.Equal(code, running.Wait(Soon).Code);
            Assert.DoesNotContain(Names(), name => name.Contains("part-"));
        }
    }

    [Theory]
    [InlineData("--net dense --x x.csv --part 1/2 --resume --out P", "--resume does not go with --part")]
    [InlineData("--net dense --x x.csv --part 1/2 --diagonal --out P", "--diagonal does not go with --part")]
    [InlineData("--net dense --x x.csv --part 1/2 --out -", "--out")]
    [InlineData("--net dense --x x.csv --part 1/2 --out none/P", "none")]
    [InlineData("--net dense --x x.csv --part 1/2 --out x.csv", "a folder")]
    [InlineData("--net dense --x graphs:G --part 1/2 --out P", "--part with rows")]
    [InlineData("--net dense --x none.csv --part 1/2 --out P", "none.csv")]
    [InlineData("--join P --net dense --out K.npy", "--net does not go with --join")]
    [InlineData("--join P --x x.csv --out K.npy", "--x does not go with --join")]
    [InlineData("--join P --part 1/2 --out K.npy", "--part does not go with --join")]
    [InlineData("--join P --resume --out K.npy", "--resume does not go with --join")]
    [InlineData("--join P --out -", "--out")]
    [InlineData("--join P", "'--out'")]
    [InlineData("--join P --out K.txt", "K.txt")]
    public void What_does_not_go_together_is_refused(string line, string part)
    {
        Put("x.csv", "1,2\n3,4\n");
        Fails(2, ["gram", .. line.Split(' ')], part);
    }

    private Outcome Part(string folder, int number, int count) => Run([.. Line(folder, number, count, []), "--json"]);

    private static string[] Line(string folder, int number, int count, string[] options)
    {
        Dictionary<string, string> all = new() { ["--net"] = Relu, ["--x"] = "x.npy", ["--part"] = $"{number}/{count}", ["--out"] = folder };
        for (var k = 0; k < options.Length; k += 2)
        {
            all[options[k]] = options[k + 1];
        }

        return ["gram", .. all.SelectMany(option => new[] { option.Key, option.Value })];
    }

    private void PutSamples()
    {
        Put("x.npy", Samples(300, 7));
        Put("y.npy", Samples(300, 7, seed: 2));
        Put("z.csv", Csv(Samples(9, 7, seed: 3)));
        Put("images.npy", Npy.Shaped(Samples(30, 16), "(30, 4, 4, 1)"));
    }
}
