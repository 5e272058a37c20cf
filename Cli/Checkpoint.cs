namespace HadamardNtk.Cli;

/// <summary>The checkpoint of a training, which is there until the training's result is complete.</summary>
internal static class Checkpoint
{
    /// <summary>The path of the checkpoint beside a folder, also of one that is named by dots.</summary>
    internal static string Beside(string folder)
    {
        var name = Path.TrimEndingDirectorySeparator(folder);
        return (Path.GetFileName(name) is "." or ".." or "" ? WholeFolder.PlaceOf(folder) : name) + ".checkpoint";
    }

    /// <summary>Runs a training that also writes its result, and deletes its checkpoint then.</summary>
    /// <param name="path">The checkpoint, or null if there is none.</param>
    /// <param name="work">The training.</param>
    /// <exception cref="KeptException">The training was interrupted and can be resumed.</exception>
    internal static T Keep<T>(string? path, Func<T> work)
    {
        var before = Written(path);
        try
        {
            var result = work();
            Delete(path);
            return result;
        }
        catch (OperationCanceledException e) when (Written(path) is not null)
        {
            throw KeptException.Checkpoint(path!, e);
        }
        catch (ArithmeticException) when (Written(path) != before)
        {
            // The same training would diverge again. A checkpoint that was not resumed yet may be that of another one.
            Delete(path);
            throw;
        }
    }

    /// <summary>Runs the computation of a matrix whose finished part is beside its file where it is resumed.</summary>
    /// <param name="path">The file of the matrix.</param>
    /// <param name="isResumed">Whether the finished part is kept.</param>
    /// <param name="work">The computation.</param>
    /// <exception cref="KeptException">The computation was interrupted, and a part of it is there.</exception>
    internal static T KeepMatrix<T>(string path, bool isResumed, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException e) when (isResumed && OutputPlace.Of(path).Beside is var place
            && File.Exists(place + ".partial") && File.Exists(place + ".journal"))
        {
            throw new KeptException(place, e);
        }
    }

    private static DateTime? Written(string? path) => File.Exists(path) ? File.GetLastWriteTimeUtc(path) : null;

    private static void Delete(string? path)
    {
        if (path is not null)
        {
            File.Delete(path);
        }
    }
}
