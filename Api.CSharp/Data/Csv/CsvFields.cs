using System.Text;

namespace HadamardNtk;

/// <summary>
/// Enumerates the fields of one record, without the spaces and quotes around them. A space as the separator stands for
/// one or more spaces or tabs.
/// </summary>
internal ref struct CsvFields(ReadOnlySpan<byte> record, byte separator)
{
    private ReadOnlySpan<byte> _rest = separator == ' ' ? record.Trim(" \t"u8) : record;
    private bool _done;

    /// <summary>The current field.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Whether quotes were around the current field.</summary>
    public bool IsQuoted { get; private set; }

    /// <summary>The current field as text, in which two quotes stand for one if it was quoted.</summary>
    public readonly string Text
    {
        get
        {
            var text = Encoding.UTF8.GetString(Current);
            return IsQuoted ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
        }
    }

    /// <summary>The number of fields in a record; an empty record has one.</summary>
    public static int Count(ReadOnlySpan<byte> record, byte separator)
    {
        var fields = new CsvFields(record, separator);
        var count = 0;
        while (fields.MoveNext()) count++;
        return count;
    }

    /// <summary>The fields of a record as texts.</summary>
    public static string[] Texts(ReadOnlySpan<byte> record, byte separator)
    {
        var texts = new List<string>();
        var fields = new CsvFields(record, separator);
        while (fields.MoveNext()) texts.Add(fields.Text);
        return [.. texts];
    }

    /// <summary>Returns these fields, as foreach asks for.</summary>
    public readonly CsvFields GetEnumerator() => this;

    /// <summary>Moves to the next field; returns false after the last.</summary>
    public bool MoveNext()
    {
        if (_done) return false;
        var end = SeparatorBehind(_rest);
        var field = Trimmed(end < 0 ? _rest : _rest[..end], separator);
        IsQuoted = field is [(byte)'"', .., (byte)'"'];
        Current = IsQuoted ? Trimmed(field[1..^1], separator) : field;
        _done = end < 0;
        _rest = _done ? default : Behind(_rest[(end + 1)..]);
        return true;
    }

    /// <summary>A field or record without the spaces and tabs around it. Where tabs separate, they stay.</summary>
    public static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> text, byte separator) =>
        text.Trim(separator == '\t' ? " "u8 : " \t"u8);

    private readonly ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> rest) =>
        separator == ' ' ? rest.TrimStart(" \t"u8) : rest;

    /// <summary>The index of the first separator outside quotes, or -1.</summary>
    private readonly int SeparatorBehind(ReadOnlySpan<byte> rest)
    {
        var quoted = false;
        for (var i = 0; i < rest.Length; i++)
        {
            if (!quoted && (rest[i] == separator || (separator == ' ' && rest[i] == '\t'))) return i;
            quoted ^= rest[i] == '"';
        }

        return -1;
    }
}
