namespace HadamardNtk;

/// <summary>
/// A data file, or a selection from one, that cannot be used. The message is one line naming the file: what was
/// expected, what came, what to do. Rows and columns are counted from 0, as in a selection (columns after images
/// are flattened); in text files the line, counted from 1, stands beside them.
/// </summary>
public sealed class DataFormatException : Exception
{
    /// <summary>The error with the message <c>file: expected ...; came ...; what to do</c>.</summary>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="expected">What the file should hold.</param>
    /// <param name="came">What it holds.</param>
    /// <param name="mend">What to do about it.</param>
    /// <param name="cause">The exception behind this one, if any.</param>
    public DataFormatException(string file, string expected, string came, string mend, Exception? cause = null)
        : base(OneLine.Of(file, expected, came, mend), cause) =>
        (File, Expected, Came, Mend) = (file, expected, came, mend);

    /// <summary>The file as the user named it.</summary>
    public string File { get; }

    /// <summary>What the file should hold.</summary>
    public string Expected { get; }

    /// <summary>What it holds.</summary>
    public string Came { get; }

    /// <summary>What to do about it.</summary>
    public string Mend { get; }
}
