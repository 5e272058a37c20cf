namespace HadamardNtk;

/// <summary>A division of graphs into training and test graphs, by places counted from 0.</summary>
/// <param name="Training">The training graphs.</param>
/// <param name="Test">The test graphs.</param>
public sealed record GraphFold(IReadOnlyList<int> Training, IReadOnlyList<int> Test)
{
    private const string Folder = "10fold_idx";

    /// <summary>
    /// Reads the folds <c>10fold_idx/train_idx-K.txt</c> and <c>test_idx-K.txt</c>, K = 1, 2, ..., of a folder: a graph
    /// on each line.
    /// </summary>
    /// <param name="folder">The folder of the graphs.</param>
    /// <param name="graphs">The number of graphs.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The folds in order; none where the folder has none.</returns>
    /// <exception cref="DataFormatException">
    /// A file is missing or has something other than graphs, or a graph is in the training and in the test of a fold.
    /// </exception>
    public static IReadOnlyList<GraphFold> ReadAll(
        string folder, int graphs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var place = Path.Combine(folder, Folder);
        var folds = new List<GraphFold>();
        for (var k = 1; File.Exists(Name(place, "train", k)) || File.Exists(Name(place, "test", k)); k++)
        {
            folds.Add(Read(Name(place, "train", k), Name(place, "test", k), graphs, cancellation));
        }

        return folds;
    }

    private static string Name(string place, string part, int k) => Path.Combine(place, $"{part}_idx-{k}.txt");

    private static GraphFold Read(string training, string test, int graphs, CancellationToken cancellation)
    {
        var seen = new HashSet<int>();
        return new(Places(training, graphs, seen, cancellation), Places(test, graphs, seen, cancellation));
    }

    private static int[] Places(string file, int graphs, HashSet<int> seen, CancellationToken cancellation)
    {
        var lines = GraphLines.Read(file, new(null, cancellation));
        var places = new int[lines.Count];
        for (var k = 0; k < places.Length; k++)
        {
            places[k] = lines[k].Only.Integer(0, graphs - 1, "a graph");
            if (!seen.Add(places[k]))
            {
                throw lines[k].Refusal(
                    "each graph of a fold once, in its training or in its test", $"graph {places[k]} again",
                    "leave the line out");
            }
        }

        return places.Length > 0 ? places : throw new DataFormatException(
            file, "at least one graph", "none", "leave the fold out, or give it graphs");
    }
}
