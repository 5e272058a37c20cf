using System.Text;

namespace HadamardNtk.Cli;

/// <summary>A writer to stdout for libraries. A failure to write is a <see cref="StdoutException"/>.</summary>
internal sealed class Stdout : TextWriter
{
    /// <summary>Whether the result of this run is on stdout, so that reports on it are not.</summary>
    internal static bool IsTaken { get; set; }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Try(() => Console.Out.Write(value));

    public override void Write(string? value) => Try(() => Console.Out.Write(value));

    public override void WriteLine(string? value) => Try(() => Console.Out.WriteLine(value));

    /// <summary>Lets an action write to stdout.</summary>
    /// <exception cref="StdoutException">Writing failed.</exception>
    internal static void Try(Action write)
    {
        if (StandardStreams.IsOutputClosed)
        {
            throw new StdoutException("it is closed");
        }

        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StdoutException(e);
        }
    }
}
