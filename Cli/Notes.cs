namespace HadamardNtk.Cli;

/// <summary>Collects notes on inputs that may not have been read as they were meant.</summary>
internal sealed class Notes
{
    private readonly List<string> _all = [];

    /// <summary>All notes, of one line each.</summary>
    internal IReadOnlyList<string> All => _all;

    internal void Add(string note) => _all.Add(note);

    /// <summary>Returns the array, and adds a note if its first column may be row numbers.</summary>
    internal DataArray Looked(string argument, DataArray array)
    {
        if (array.IsFirstUnnamed)
        {
            Add($"{argument}: the first column has no name, as row numbers have none, "
                + "and was read as numbers like the others; [:,1:] behind the file name leaves it out");
        }

        return array;
    }

    /// <summary>Adds a note if labels are texts although others of them are numbers.</summary>
    internal void Mixed(string argument, DataLabels labels)
    {
        if (labels.FirstText is { } text)
        {
            Add($"{argument}: labels are read as texts, because {MessageText.Quote(text)} is no number and others are");
        }
    }

    /// <summary>Adds a note if a label is none of the classes of a model.</summary>
    internal void Unseen<TLabel>(string argument, IEnumerable<TLabel> labels, IEnumerable<TLabel> classes)
    {
        var all = labels.ToArray();
        var unseen = all.Where(label => !classes.Contains(label)).ToArray();
        if (unseen.Length > 0)
        {
            var which = unseen.Distinct().Order().ToArray();
            var shown = string.Join(", ", which.Take(5)) + (which.Length > 5 ? ", ..." : "");
            Add($"{argument}: {unseen.Length} of {all.Length} labels are of classes that the model was not trained on "
                + $"({shown}) and count as wrong");
        }
    }
}
