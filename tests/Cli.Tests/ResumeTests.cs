using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>What an interruption, a kill or a full disk leaves of a run with --resume, and how it goes on.</summary>
public class ResumeTests : CommandLine
{
    /// <summary>The reference backend takes some seconds for 900 rows of it.</summary>
    private const string Deep = "(dense relu)^50 dense";

    /// <summary>
    /// The exact backend takes some seconds for 900 rows of it. A batch of records is written after 1 s.
    /// </summary>
    private const string Moderate = "(dense relu)^8 dense";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly string[] Kept = ["K.npy.journal", "K.npy.partial"];

    private readonly string[] _gram =
        ["gram", "--net", Deep, "--x", "x.npy", "--backend", "reference", "--out", "K.npy", "--resume"];

    private long _head;

    public ResumeTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals and limits.");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void After_kills_at_any_time_the_file_is_the_uninterrupted_one(int seed)
    {
        var random = new Random(seed);
        Put("x.npy", Samples(900, 10, seed));

        // The first one meets a file that is written in part, however fast or slow the machine is.
        Assert.True(Stopped(Signals.Kill, HasRecords), "the run ended before it could be killed");
        Assert.Equal([.. Kept, "x.npy"], Names());
        for (var kills = 0; kills < 3; kills++)
        {
            Stopped(Signals.Kill, TimeSpan.FromSeconds(0.3 + 3 * random.NextDouble()));
        }

        AssertCompletes();
    }

    [Fact]
    public void An_interruption_keeps_what_is_done_and_says_so()
    {
        Signals.Require();
        Put("x.npy", Samples(900, 10));
        using var running = Hntk.Start(Folder, _gram);
        Wait(running, HasRecords);
        Assert.Equal(0, Signals.Send(running.Id, Signals.Interrupt));
        running.Wait(Soon).Failed(130, "K.npy.partial", "K.npy.journal", "--resume");
        Assert.Equal([.. Kept, "x.npy"], Names());
        AssertCompletes();
    }

    [Fact]
    public void Another_run_is_refused_and_changes_nothing()
    {
        Put("x.npy", Samples(900, 10));
        Put("z.npy", Samples(900, 10, seed: 9));
        Stopped(Signals.Kill, HasRecords);
        Fails(2, [.. _gram, "--kernel", "nngp"], "kernel", "ntk", "nngp", "delete K.npy.partial and K.npy.journal", "--resume");
        Fails(2, [.. _gram, "--precision", "f32"], "precision", "f64", "f32");
        Fails(2, [.. _gram, "--x2", "z.npy"], "X2", "X itself");
        Fails(2, [.. _gram.Select(word => word == "x.npy" ? "z.npy" : word)], "X", "SHA-256");
        Fails(2, [.. _gram.Select(word => word == "x.npy" ? "x.npy[:800]" : word)], "shape", "900 x 900", "800 x 800");
        Fails(2, [.. _gram.Select(word => word == "reference" ? "cpu" : word)], "backend", "cpu", "reference");
        Fails(2, [.. _gram.Select(word => word.StartsWith('(') ? "dense" : word)], "network", "(dense relu)^50 dense");
        AssertCompletes();
    }

    [Fact]
    public void Two_processes_do_not_write_one_file()
    {
        Put("x.npy", Samples(900, 10));
        using var running = Hntk.Start(Folder, _gram);
        Wait(running, () => Size("K.npy.journal") > 0);
        Run(_gram).Failed(2, "K.npy.journal", "in use");
        Assert.False(running.IsOver);
        Assert.Equal(0, Signals.Send(running.Id, Signals.Kill));
        running.Wait(Soon);
        AssertCompletes();
    }

    [Fact]
    public void A_file_that_may_not_grow_is_a_failure_that_leaves_what_is_done()
    {
        Put("x.npy", Samples(900, 10));
        Limited(_gram[..^1]).Failed(1, "K.npy", "room");
        Assert.Equal(["x.npy"], Names());
        Limited(_gram).Failed(1, "K.npy", "room");
        Assert.Equal(["x.npy"], Names());

        // The partial file is there with all its length, but no more may be written to its end.
        Stopped(Signals.Kill, HasRecords);
        Limited(_gram).Failed(1, "K.npy", "room");
        Assert.Equal([.. Kept, "x.npy"], Names());
        AssertCompletes();
    }

    [Fact]
    public void A_full_disk_is_a_failure_that_leaves_what_is_done()
    {
        Put("x.npy", Samples(900, 10));
        const int page = 4096, matrix = (128 + 900 * 900 * 8) / page + 1, capacity = matrix + 100;
        Directory.CreateDirectory(Place("disk"));
        var mounted = Hntk.Command(Folder, "mount", "-t", "tmpfs", "-o", $"size={capacity * page}", "tmpfs", "disk");
        Assert.SkipWhen(mounted.Code != 0, $"no file system can be mounted here: {mounted.Error.Trim()}");
        try
        {
            // This backend has a record for every row.
            string[] there = [.. _gram.Select(word => word switch { "K.npy" => "disk/K.npy", "reference" => "exact", Deep => Moderate, _ => word })];

            // The matrix fits, but not all of the journal beside what else is there: it has one page.
            Put("disk/rubbish", new byte[(capacity - matrix - 1) * page]);
            Run(there).Failed(1, "disk/K.npy.journal", "room");
            Assert.Equal(["disk/K.npy.journal", "disk/K.npy.partial", "disk/rubbish"], Names().Where(name => name.Contains('/')));
            File.Delete(Place("disk/rubbish"));
            Run(there).Succeeded();
            Assert.Equal(["disk/K.npy", "disk/K.npy.json"], Names().Where(name => name.Contains('/')));
            Run([.. there[..^1].Select(word => word == "disk/K.npy" ? "K.npy" : word)]).Succeeded();
            Assert.Equal(File.ReadAllBytes(Place("K.npy")), File.ReadAllBytes(Place("disk/K.npy")));

            // Nor does a second matrix fit; without --resume nothing is left of it.
            Fails(1, [.. there[..^1].Select(word => word == "disk/K.npy" ? "disk/L.npy" : word)], "disk/L.npy", "space");
            Fails(1, [.. there.Select(word => word == "disk/K.npy" ? "disk/L.npy" : word)], "disk/L.npy", "space");
        }
        finally
        {
            Assert.Equal(0, Hntk.Command(Folder, "umount", "disk").Code);
        }
    }

    [Fact]
    public void A_run_that_is_not_interrupted_leaves_its_file_alone()
    {
        Put("x.csv", "2,0\n2,2\n");
        Run("gram", "--net", "dense", "--x", "x.csv", "--out", "K.npy", "--resume", "--json").Json("rows", "columns", "seconds", "backend", "features");
        Read("K.npy").IsExactly([2, 2], 2, 2, 2, 4);
        Assert.Equal(["K.npy", "K.npy.json", "x.csv"], Names());
    }

    private void AssertCompletes()
    {
        Run(_gram).Succeeded();
        Assert.DoesNotContain(Names(), name => Kept.Contains(name));
        Run([.. _gram[..^1].Select(word => word == "K.npy" ? "whole.npy" : word)]).Succeeded();
        Assert.Equal(File.ReadAllBytes(Place("whole.npy")), File.ReadAllBytes(Place("K.npy")));
    }

    private void Stopped(int signal, TimeSpan after)
    {
        var patience = DateTime.UtcNow + after;
        Stopped(signal, () => DateTime.UtcNow > patience);
    }

    /// <summary>Whether the run was at work when it was stopped.</summary>
    private bool Stopped(int signal, Func<bool> when)
    {
        using var running = Hntk.Start(Folder, _gram);
        Wait(running, when);
        var isAtWork = !running.IsOver && Signals.Send(running.Id, signal) == 0;
        running.Wait(Soon);
        return isAtWork;
    }

    private static void Wait(Running running, Func<bool> until)
    {
        for (var i = 0; !until() && !running.IsOver && i < 1200; i++)
        {
            Thread.Sleep(50);
        }
    }

    /// <summary>The journal has grown since its head was written; it is locked, so that only its length can be asked.</summary>
    private bool HasRecords()
    {
        var size = Size("K.npy.journal");
        _head = _head > 0 ? _head : size;
        return size > _head;
    }

    private long Size(string name) => File.Exists(Place(name)) ? new FileInfo(Place(name)).Length : -1;

    // The runtime maps its code through a file of its own unless told otherwise.
    private Outcome Limited(string[] arguments) =>
        Hntk.Shell(Folder, "ulimit -f 4000; DOTNET_EnableWriteXorExecute=0 exec \"$@\"", arguments);
}
