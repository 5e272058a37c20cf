using System.Text;

namespace HadamardNtk;

/// <summary>What a run computes, as lines <c>name: value</c>: all that decides the bits of its result.</summary>
/// <param name="Fields">Names and values, the most general first; each of one line.</param>
internal sealed record RunDescription(IReadOnlyList<(string Name, string Value)> Fields)
{
    private const string Separator = ": ";

    /// <summary>The lines.</summary>
    internal string Text => string.Concat(Fields.Select(f => $"{f.Name}{Separator}{OneLine.Clean(f.Value)}\n"));

    /// <summary>The lines as bytes.</summary>
    internal byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    /// <summary>What was written as <see cref="Bytes"/>.</summary>
    internal static RunDescription Parse(ReadOnlySpan<byte> bytes) =>
        new([.. Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseLine)]);

    /// <summary>The first field in which another run differs, with what it is here and there; null where none does.</summary>
    internal (string Name, string Here, string There)? Difference(RunDescription other)
    {
        var theirs = Parse(other.Bytes).Fields.ToLookup(f => f.Name, f => f.Value);
        foreach (var (name, value) in Parse(Bytes).Fields)
        {
            if (theirs[name].FirstOrDefault("(none)") is var there && there != value)
            {
                return (name, value, there);
            }
        }

        return null;
    }

    private static (string Name, string Value) ParseLine(string line)
    {
        var parts = line.Split(Separator, 2);
        return (parts[0], parts.Length == 2 ? parts[1] : "");
    }
}
