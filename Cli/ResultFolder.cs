namespace HadamardNtk.Cli;

/// <summary>A folder of result files. Each file appears whole or not at all; a folder that was made for them goes when they fail.</summary>
internal sealed class ResultFolder
{
    private readonly string _folder;

    /// <summary>Fails at once where the folder cannot be made or is a file; makes nothing.</summary>
    internal ResultFolder(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder))
        {
            throw Cannot("(no name)", "the name of a folder", "none");
        }

        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Inputs.RequireFolder(_folder);
        if (File.Exists(_folder))
        {
            throw Cannot(folder, "a folder", "a file of that name");
        }

        // A file beside it, or in it, can be made and goes again.
        NpyFile.RequireWritable(Path.Combine(Directory.Exists(_folder) ? _folder : Path.GetDirectoryName(_folder)!, $".hntk-{Guid.NewGuid():N}.npy"));
    }

    /// <summary>Writes the files, each by its action, which is told its path.</summary>
    internal void Write(params (string Name, Action<string> Write)[] files)
    {
        var isNew = !Directory.Exists(_folder);
        var written = new List<string>();
        try
        {
            Directory.CreateDirectory(_folder);
            foreach (var (name, write) in files)
            {
                write(Path.Combine(_folder, name));
                written.Add(Path.Combine(_folder, name));
            }
        }
        catch
        {
            Remove(isNew, written);
            throw;
        }
    }

    // Where one file failed, those before it would be half a result.
    private void Remove(bool isNew, List<string> written)
    {
        written.ForEach(File.Delete);
        if (isNew && Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static OutputException Cannot(string folder, string expected, string came) =>
        new(OutputFault.CannotCreate, folder, expected, came, "choose another folder");
}
