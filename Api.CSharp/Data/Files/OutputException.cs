namespace HadamardNtk;

/// <summary>The reason why a file could not be written.</summary>
public enum OutputFault
{
    /// <summary>The path is wrong: its folder is missing or write-protected, or it names a folder.</summary>
    CannotCreate,

    /// <summary>The path is right but writing failed: the disk is full, or a value does not fit.</summary>
    WriteFailed,

    /// <summary>
    /// The partial file or journal of an interrupted run belongs to another run, is damaged, or is in use. Or the
    /// finished file is that of another run.
    /// </summary>
    CannotResume,
}

/// <summary>
/// The error of a file that could not be written. Nothing is left at the file's name; a partial file and a journal from
/// which the run can be resumed stay beside it. The message is one line. It names the file, the need, the actual event,
/// and a remedy.
/// </summary>
public sealed class OutputException : IOException, IHadamardNtkException
{
    /// <summary>The error with the message <c>file: expected ...; came ...; remedy</c>.</summary>
    /// <param name="fault">The kind of failure.</param>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="expected">The condition that writing needs.</param>
    /// <param name="actual">The actual condition or event.</param>
    /// <param name="suggestion">The remedy.</param>
    /// <param name="cause">The exception that caused this one, if any.</param>
    public OutputException(
        OutputFault fault, string file, string expected, string actual, string suggestion, Exception? cause = null)
        : base(MessageText.Of(file, expected, actual, suggestion), cause) =>
        (Fault, File, Expected, Actual, Suggestion) = (fault, file, expected, actual, suggestion);

    /// <summary>The kind of failure.</summary>
    public OutputFault Fault { get; }

    /// <summary>The file as the user named it.</summary>
    public string File { get; }

    /// <summary>The condition that writing needs.</summary>
    public string Expected { get; }

    /// <summary>The actual condition or event.</summary>
    public string Actual { get; }

    /// <summary>The remedy.</summary>
    public string Suggestion { get; }
}
