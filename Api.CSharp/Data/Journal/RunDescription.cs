using System.Text;

namespace HadamardNtk;

/// <summary>Describes, in lines <c>name: value</c>, everything on which the bits of a run's result depend.</summary>
/// <param name="Fields">The names and values, the most general first, each of one line.</param>
internal sealed record RunDescription(IReadOnlyList<(string Name, string Value)> Fields)
{
    private const string Separator = ": ";

    /// <summary>The lines as text.</summary>
    internal string Text => string.Concat(Fields.Select(f => $"{f.Name}{Separator}{MessageText.Clean(f.Value)}\n"));

    /// <summary>The lines as bytes.</summary>
    internal byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    /// <summary>The same run with one more field.</summary>
    internal RunDescription With(string name, string value) => new([.. Fields, (name, value)]);

    /// <summary>Reads a description from its <see cref="Bytes"/>.</summary>
    internal static RunDescription Parse(ReadOnlySpan<byte> bytes) =>
        new([.. Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseLine)]);

    /// <summary>The first field in which another run differs, with both values; null if none differs.</summary>
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

        var ours = Parse(Bytes).Fields.Select(f => f.Name).ToHashSet();
        return other.Fields.Where(f => !ours.Contains(f.Name))
            .Select(f => ((string, string, string)?)(f.Name, "(none)", f.Value)).FirstOrDefault();
    }

    private static (string Name, string Value) ParseLine(string line)
    {
        var parts = line.Split(Separator, 2);
        return (parts[0], parts.Length == 2 ? parts[1] : "");
    }
}
