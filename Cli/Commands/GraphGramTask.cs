using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>The Gram matrix of a folder of graphs, or its diagonal.</summary>
internal sealed record GraphGramTask(GraphKernel Kernel, GraphData Data, string Source, GramOptions Options)
{
    /// <summary>The value of --net, whose file is an input.</summary>
    internal required string Network { get; init; }

    /// <summary>Computes and writes the matrix.</summary>
    internal void Write(string path, bool json, CancellationToken stop)
    {
        MatrixOutput.RequireWritable(path, json);
        Overwriting.Refuse(MatrixOutput.IsStandard(path) ? [] : [path, ProvenanceFile.PathOf(path)], Inputs);
        var clock = Stopwatch.StartNew();
        Output.WithProgress("gram", (double)Data.Graphs.Count * Data.Graphs.Count, progress =>
        {
            var options = Options with { Progress = progress };
            if (MatrixOutput.IsStandard(path))
            {
                MatrixOutput.Write(path, Kernel.Gram(Data.Graphs, options, stop), options.Precision);
            }
            else
            {
                GraphGramFile.Write(Kernel, path, Data.Graphs, Source, options, stop);
            }

            return true;
        });
        Report(json, Data.Graphs.Count, clock);
    }

    /// <summary>Computes and writes the kernels of the graphs with themselves.</summary>
    internal void WriteDiagonal(string path, bool json, CancellationToken stop)
    {
        MatrixOutput.RequireFile(path, "--out", "the diagonal is written as one array");
        ArrayFile.RequireWritable(path);
        Overwriting.Refuse([path], Inputs);
        var clock = Stopwatch.StartNew();
        ArrayFile.Write(path, Kernel.Diagonal(Data.Graphs, stop));
        Report(json, 1, clock);
    }

    private (string Option, string? Value)[] Inputs => [("--net", Network)];

    private void Report(bool json, int columns, Stopwatch clock) => Output.Done(
        json, new(), ("rows", Data.Graphs.Count), ("columns", columns), ("seconds", clock.Elapsed.TotalSeconds),
        ("backend", Backends.Default.Name), ("features", Data.Graphs.Features),
        ("vertices", Data.Graphs.Vertices));
}
