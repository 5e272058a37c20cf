namespace HadamardNtk;

/// <summary>
/// The folders that a worker shares with clients. The worker opens no file elsewhere, whatever path a job names.
/// </summary>
internal sealed class SharedFolders(IEnumerable<string> folders)
{
    private const string TokenSuffix = ".token";

    private readonly string[] _roots = [.. folders.Select(RealPath.Of)];

    /// <summary>The path of the file beside a partial file by which others know it.</summary>
    internal static string TokenOf(string partial) => partial + TokenSuffix;

    /// <summary>Whether a path is in one of the folders, after all links.</summary>
    internal bool Hold(string path)
    {
        try
        {
            var real = RealPath.Of(path);
            return Array.Exists(
                _roots, root => real.StartsWith(
                    Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar,
                    StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether the partial file of a job is here, and not another one of its name.</summary>
    internal bool HoldPartial(JobDescription job, long size)
    {
        if (job.Partial is not { } partial || !Hold(partial))
        {
            return false;
        }

        try
        {
            return new FileInfo(partial).Length == size && File.ReadAllText(TokenOf(partial)) == job.Token;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
