namespace HadamardNtk;

/// <summary>Enumerates the comma-separated fields of one record, without the spaces and quotes around them.</summary>
internal ref struct CsvFields(ReadOnlySpan<byte> record)
{
    private ReadOnlySpan<byte> _rest = record;
    private bool _done;

    /// <summary>The current field.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>The number of fields in a record; an empty record has one.</summary>
    public static int Count(ReadOnlySpan<byte> record)
    {
        var fields = new CsvFields(record);
        var count = 0;
        while (fields.MoveNext()) count++;
        return count;
    }

    /// <summary>Returns these fields, as foreach asks for.</summary>
    public readonly CsvFields GetEnumerator() => this;

    /// <summary>Moves to the next field; returns false after the last.</summary>
    public bool MoveNext()
    {
        if (_done) return false;
        var comma = CommaBehind(_rest);
        Current = Unquoted(Trimmed(comma < 0 ? _rest : _rest[..comma]));
        _done = comma < 0;
        _rest = _done ? default : _rest[(comma + 1)..];
        return true;
    }

    /// <summary>A field or record without the spaces and tabs around it.</summary>
    public static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    /// <summary>The index of the first comma outside quotes, or -1.</summary>
    private static int CommaBehind(ReadOnlySpan<byte> rest)
    {
        var quoted = false;
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == ',' && !quoted) return i;
            quoted ^= rest[i] == '"';
        }

        return -1;
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> field) =>
        field is [(byte)'"', .. var inner, (byte)'"'] ? Trimmed(inner) : field;
}
