namespace HadamardNtk;

/// <summary>
/// A data set of the UCI collection of Fernández-Delgado and others (JMLR 15, 2014), read from its folder NAME.
/// NAME.txt states the numbers of features, classes and rows, and names the file of rows. That file has a header line,
/// and then a line for each row: its number, its features and its class (0, 1, ...), separated by spaces or tabs.
/// conxuntos.dat has two lines of row numbers, counted from 0: the rows to train on and those to validate on.
/// conxuntos_kfold.dat has two lines of that form for each fold.
/// </summary>
public sealed class UciData
{
    internal UciData(string name, Matrix x, long[] labels, int classes, UciSplit validation, UciSplit[] folds)
    {
        (Name, X, Labels, Classes) = (name, x, labels, classes);
        (Validation, Folds) = (validation, folds);
    }

    /// <summary>The name of the folder.</summary>
    public string Name { get; }

    /// <summary>The rows as they are in the file, n × d.</summary>
    public Matrix X { get; }

    /// <summary>The class of each row, from 0 to <see cref="Classes"/> − 1.</summary>
    public IReadOnlyList<long> Labels { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The split on which depth, fixed layers and C or ridge are chosen.</summary>
    public UciSplit Validation { get; }

    /// <summary>The folds over which accuracies are averaged.</summary>
    public IReadOnlyList<UciSplit> Folds { get; }

    /// <summary>Reads the data set in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DataFormatException">
    /// A file is missing or not of that form. The message says which, and where in it.
    /// </exception>
    public static UciData Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
        {
            throw new DataFormatException(
                folder,
                "a folder with a UCI data set",
                File.Exists(folder) ? "a file" : "no such folder",
                "name its folder");
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var description = UciDescription.Read(Path.Combine(folder, $"{name}.txt"));
        var (x, labels) = UciRows.Read(Path.Combine(folder, description.RowsFile), description);
        var validation = UciSplits.Read(Path.Combine(folder, "conxuntos.dat"), labels);
        var folds = UciSplits.Read(Path.Combine(folder, "conxuntos_kfold.dat"), labels);
        return validation.Length == 1
            ? new(name, x, labels, description.Classes, validation[0], folds)
            : throw new DataFormatException(
                Path.Combine(folder, "conxuntos.dat"),
                "two lines, rows to learn from and to validate on",
                $"{2 * validation.Length} lines",
                "give one split");
    }
}
