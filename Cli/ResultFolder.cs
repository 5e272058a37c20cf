namespace HadamardNtk.Cli;

/// <summary>
/// A folder of result files, which are replaced all at once when all are complete. Other files in it stay.
/// </summary>
internal sealed class ResultFolder
{
    private readonly string _place;
    private readonly string[] _names;

    /// <summary>
    /// Fails at once if the folder cannot be created or written, is a file, or holds a model. It creates nothing.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">The files that will be in it.</param>
    internal ResultFolder(string folder, params string[] names)
    {
        (_place, _names) = (WholeFolder.PlaceOf(folder), names);
        if (File.Exists(_place))
        {
            throw Cannot(folder, "a file of that name");
        }

        if (ModelPlace.KindOf(_place) is not null)
        {
            throw Cannot(folder, "one that holds a model, whose files these would replace");
        }

        WholeFolder.RequireWritable(_place, _names);
    }

    /// <summary>The files that will be in it.</summary>
    internal IReadOnlyList<string> Files => [.. _names.Select(name => Path.Combine(_place, name))];

    /// <summary>Writes the files, each by its action, which gets its path.</summary>
    internal void Write(params (string Name, Action<string> Write)[] files) =>
        WholeFolder.Replace(_place, _names, folder =>
        {
            foreach (var (name, write) in files)
            {
                write(Path.Combine(folder, name));
            }
        });

    private static OutputException Cannot(string folder, string came) =>
        new(OutputFault.CannotCreate, folder, "a folder for results", came, "choose another folder");
}
