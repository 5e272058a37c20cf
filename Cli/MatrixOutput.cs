using System.Text;

namespace HadamardNtk.Cli;

/// <summary>A matrix that is the result of a command: a file, or text on stdout where it is named "-".</summary>
internal static class MatrixOutput
{
    private const string Standard = "-";
    private const int CharactersAtOnce = 1 << 16;

    /// <summary>Whether a result goes to stdout.</summary>
    internal static bool IsStandard(string path) => path == Standard;

    /// <summary>Fails like a write if the result cannot be written there.</summary>
    /// <exception cref="OutputException">No such file can be created.</exception>
    /// <exception cref="UsageException">The result and a JSON object would both go to stdout.</exception>
    internal static void RequireWritable(string path, bool json)
    {
        if (!IsStandard(path))
        {
            ArrayFile.RequireWritable(path);
        }
        else if (json)
        {
            throw new UsageException(
                "Expected --out FILE with --json, whose object is on stdout; with --out - the result is there; "
                + "name a file, or leave --json out.");
        }
        else
        {
            Stdout.IsTaken = true;
        }
    }

    /// <summary>Fails if a command has more than one result, which stdout cannot hold.</summary>
    /// <exception cref="UsageException">The result goes to stdout.</exception>
    internal static void RequireFile(string path, string option, string what)
    {
        if (IsStandard(path))
        {
            throw new UsageException(
                $"Expected {option} to name a file, because {what}; came -, which is for one matrix; name one.");
        }
    }

    /// <summary>Writes a matrix.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    /// <exception cref="StdoutException">Stdout cannot be written.</exception>
    /// <exception cref="ArithmeticException">A number is not finite.</exception>
    internal static void Write(string path, Matrix matrix, Precision precision = Precision.Float64)
    {
        if (!IsStandard(path))
        {
            ArrayFile.Write(path, matrix, precision);
            return;
        }

        using var text = new Pieces();
        ArrayFile.WriteText(text, "standard output", matrix, precision);
    }

    /// <summary>A stream of ASCII text to stdout, in pieces.</summary>
    private sealed class Pieces : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> bytes)
        {
            base.Write(bytes);
            if (Length >= CharactersAtOnce)
            {
                Send();
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Send();
            }

            base.Dispose(disposing);
        }

        private void Send()
        {
            var text = Encoding.ASCII.GetString(GetBuffer(), 0, (int)Length);
            SetLength(0);
            if (text.Length > 0)
            {
                Stdout.Try(() => Console.Out.Write(text));
            }
        }
    }
}
