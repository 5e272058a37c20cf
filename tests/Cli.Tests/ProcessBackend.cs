namespace HadamardNtk.Cli.Tests;

/// <summary>A backend that computes each tile in a process of its own, written against the public interface alone.</summary>
internal sealed class ProcessBackend : IKernelBackend
{
    public string Name => "processes";

    public string Description => "a process of hntk for each tile";

    public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
    {
        var run = new GramRun(request, sink, options, cancellation);
        foreach (var tile in run.Wanted(request.Tiles(7)))
        {
            run.Write<double>(tile, InProcess(request.Cut(tile)), tile.Columns);
        }

        run.Complete();
    }

    private static double[] InProcess(GramRequest part)
    {
        var folder = Directory.CreateTempSubdirectory("hntk-tile-").FullName;
        File.WriteAllBytes(Path.Combine(folder, "x.npy"), Npy.Bytes(part.X.ToArray()));
        File.WriteAllBytes(Path.Combine(folder, "x2.npy"), Npy.Bytes(part.Other.ToArray()));
        string[] columns = part.IsSymmetric ? [] : ["--x2", "x2.npy"];
        string[] request = ["--net", $"{part.Network}", "--kernel", $"{part.Kind}".ToLowerInvariant(), "--x", "x.npy", "--out", "k.npy"];
        Hntk.Run(folder, ["gram", .. request, .. columns]).Succeeded();
        var values = Npy.Read(Path.Combine(folder, "k.npy")).Values;
        Directory.Delete(folder, recursive: true);
        return values;
    }
}
