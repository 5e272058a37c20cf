namespace HadamardNtk;

/// <summary>
/// The error of a data file, or of a selection from one, that cannot be used. The message is one line. It names the
/// file, the expected and the actual contents, and a remedy. Rows and columns are counted from 0, as in a selection
/// (columns after images are flattened). For text files the message also has the line, counted from 1.
/// </summary>
public sealed class DataFormatException : Exception, IHadamardNtkException
{
    /// <summary>The error with the message <c>file: expected ...; came ...; remedy</c>.</summary>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="expected">The contents that the file should have.</param>
    /// <param name="actual">The contents that it has.</param>
    /// <param name="suggestion">The remedy.</param>
    /// <param name="cause">The exception that caused this one, if any.</param>
    public DataFormatException(string file, string expected, string actual, string suggestion, Exception? cause = null)
        : base(MessageText.Of(file, expected, actual, suggestion), cause) =>
        (File, Expected, Actual, Suggestion) = (file, expected, actual, suggestion);

    /// <summary>The file as the user named it.</summary>
    public string File { get; }

    /// <summary>The contents that the file should have.</summary>
    public string Expected { get; }

    /// <summary>The contents that it has.</summary>
    public string Actual { get; }

    /// <summary>The remedy.</summary>
    public string Suggestion { get; }
}
