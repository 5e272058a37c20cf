namespace HadamardNtk.Cli;

/// <summary>What is said of inputs that were read, but perhaps not as they were meant.</summary>
internal sealed class Notes
{
    private readonly List<string> _all = [];

    /// <summary>All of them, each one line.</summary>
    internal IReadOnlyList<string> All => _all;

    internal void Add(string note) => _all.Add(note);

    /// <summary>The array that was read, and a note if its first column may be the numbers of its rows.</summary>
    internal DataArray Looked(string argument, DataArray array)
    {
        if (array.IsFirstUnnamed)
        {
            Add($"{argument}: the first column has no name, as row numbers have none, and was read as numbers like the others; [:,1:] behind the file name leaves it out");
        }

        return array;
    }

    /// <summary>A note if there are labels of classes that a model never saw.</summary>
    internal void Unseen(string argument, IEnumerable<long> labels, IEnumerable<long> classes)
    {
        var all = labels.ToArray();
        var unseen = all.Where(label => !classes.Contains(label)).ToArray();
        if (unseen.Length > 0)
        {
            var which = unseen.Distinct().Order().ToArray();
            var shown = string.Join(", ", which.Take(5)) + (which.Length > 5 ? ", ..." : "");
            Add($"{argument}: {unseen.Length} of {all.Length} labels are of classes that the model was not trained on ({shown}) and count as wrong");
        }
    }
}
