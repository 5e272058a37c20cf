namespace HadamardNtk.Bench;

/// <summary>A Gram matrix in a file: hntk as a process, beside its inner products alone and its bytes alone.</summary>
internal sealed class FileCase(int n, int d, ScratchFolder folder)
{
    private const int Piece = 4 << 20;

    private readonly Matrix _x = Inputs.Normal(n, d);
    private long _peak;

    /// <summary>n.</summary>
    internal int Rows => n;

    /// <summary>The bytes of the matrix.</summary>
    internal long Bytes => (long)n * n * sizeof(float);

    /// <summary>Whether the disk has room, with a tenth to spare.</summary>
    internal bool HasRoom => folder.Free > Bytes + Bytes / 10;

    /// <summary>Times them in turn.</summary>
    internal Rounds Measure(int count)
    {
        Inputs.Save(_x, folder.File("x.npy"));
        return Rounds.Of(new() { Count = count, Least = 1, Budget = 45, Repeated = 0, Warming = 0 }, [
            new("gram", Gram),
            new("products", () => ProductsOnly.Single(ProductLibrary.Own, _x)),
            new("write", Write),
        ]);
    }

    /// <summary>A row of the table.</summary>
    internal string[] Row(Rounds rounds, string memoryAim) =>
    [
        $"{n}", $"{d}", Show.Number(Bytes / 1e9), Seconds(rounds, "gram"), Seconds(rounds, "products"), Seconds(rounds, "write"),
        Show.Number(rounds.Ratio("gram", "products", "write")), "1.5", Show.Megabytes(_peak), memoryAim,
    ];

    private static string Seconds(Rounds rounds, string name) => Show.Number(rounds.Seconds(name));

    private void Gram()
    {
        var to = folder.File("k.npy");
        var run = ChildProcess.Run(
            true, Repository.Hntk, "gram", "--net", ReferenceFigures.Relu3, "--x", folder.File("x.npy"), "--out", to, "--precision", "f32");
        _peak = Math.Max(_peak, run.PeakBytes);
        File.Delete(to);
    }

    // As the kernel's file is written: room reserved, by position, from all cores, brought to the disk itself.
    private void Write()
    {
        var (to, bytes) = (folder.File("bytes"), Bytes);
        using (var file = File.OpenHandle(to, FileMode.Create, FileAccess.Write, FileShare.Read, FileOptions.None, bytes))
        {
            var piece = new byte[Piece];
            new Random(1).NextBytes(piece);
            Workers.All.For((nint)((bytes + Piece - 1) / Piece), p =>
                RandomAccess.Write(file, piece.AsSpan(0, (int)Math.Min(Piece, bytes - (long)p * Piece)), (long)p * Piece));
            RandomAccess.FlushToDisk(file);
        }

        File.Delete(to);
    }
}
