namespace HadamardNtk.Bench;

/// <summary>A folder that is deleted when it is done with.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <param name="parent">Where it is made.</param>
    internal ScratchFolder(string parent)
    {
        Place = System.IO.Path.Combine(parent, $"hntk-bench-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Place);
    }

    /// <summary>The folder.</summary>
    internal string Place { get; }

    /// <summary>The free bytes of its disk.</summary>
    internal long Free => new DriveInfo(Place).AvailableFreeSpace;

    /// <summary>A file in it.</summary>
    internal string File(string name) => Path.Combine(Place, name);

    public void Dispose() => Directory.Delete(Place, recursive: true);
}
