namespace HadamardNtk;

/// <summary>Why a file could not be written.</summary>
public enum OutputFault
{
    /// <summary>The place is wrong: no such folder, no permission, a folder of that name.</summary>
    CannotCreate,

    /// <summary>The place is right but writing failed: the disk is full, or a value does not fit.</summary>
    WriteFailed,

    /// <summary>What an interrupted run left beside it does not belong to this run, is damaged, or is in use.</summary>
    CannotResume,
}

/// <summary>
/// A file that could not be written; nothing is left at its name, though beside it what can be resumed. The message is one line naming the file: what was
/// expected, what came, what to do.
/// </summary>
public sealed class OutputException : IOException
{
    /// <summary>The error with the message <c>file: expected ...; came ...; what to do</c>.</summary>
    /// <param name="fault">Whether the place or the writing failed.</param>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="expected">What writing it needs.</param>
    /// <param name="came">What happened instead.</param>
    /// <param name="mend">What to do about it.</param>
    /// <param name="cause">The exception behind this one, if any.</param>
    public OutputException(
        OutputFault fault, string file, string expected, string came, string mend, Exception? cause = null)
        : base(OneLine.Of(file, expected, came, mend), cause) =>
        (Fault, File, Expected, Came, Mend) = (fault, file, expected, came, mend);

    /// <summary>Whether the place or the writing failed.</summary>
    public OutputFault Fault { get; }

    /// <summary>The file as the user named it.</summary>
    public string File { get; }

    /// <summary>What writing it needs.</summary>
    public string Expected { get; }

    /// <summary>What happened instead.</summary>
    public string Came { get; }

    /// <summary>What to do about it.</summary>
    public string Mend { get; }
}
