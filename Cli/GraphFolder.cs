namespace HadamardNtk.Cli;

/// <summary>A folder of graphs in place of a file of rows, as in graphs:MUTAG.</summary>
internal static class GraphFolder
{
    private const string Prefix = "graphs:";

    /// <summary>Whether an argument names a folder of graphs.</summary>
    internal static bool Is(string? argument) =>
        argument is not null && argument.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads the graphs.</summary>
    /// <exception cref="DataFormatException">The folder has none.</exception>
    internal static GraphData Read(string argument) => Recorded(argument, argument[Prefix.Length..]);

    /// <summary>Reads the graphs of a folder that is named by itself.</summary>
    /// <exception cref="DataFormatException">The folder has none.</exception>
    internal static GraphData ReadFolder(string folder) => Recorded(folder, folder);

    private static GraphData Recorded(string argument, string folder)
    {
        var data = GraphData.Read(folder);
        RunRecord.Add(argument, data.Graphs.Count, data.Graphs.Features);
        return data;
    }

    /// <summary>Fails if an argument that should name rows of numbers names graphs.</summary>
    /// <exception cref="DataFormatException">It does.</exception>
    internal static void Refuse(string argument)
    {
        if (Is(argument))
        {
            throw new DataFormatException(
                argument, "a file of numbers", "a folder of graphs, which hntk gram and hntk empirical read by --x, and --y for labels",
                "compute the matrix of the graphs by hntk gram, and give that to --gram");
        }
    }
}
