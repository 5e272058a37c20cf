using System.Buffers.Binary;

namespace HadamardNtk;

/// <summary>
/// The format of a journal, all little-endian. The head consists of the magic, the length of the description, its
/// CRC-32C, and the description. The records follow, 20 bytes each: row, column, rows, columns, and a CRC-32C. It
/// continues the CRC-32C of the head over the number of the record and these four numbers.
/// </summary>
internal static class JournalFormat
{
    /// <summary>The number of bytes of a record.</summary>
    internal const int RecordLength = 5 * sizeof(int);

    private const int Prefix = 16;

    private static ReadOnlySpan<byte> Magic => "hntk-jn1"u8;

    /// <summary>The head of a journal.</summary>
    internal static byte[] Head(RunDescription run)
    {
        var text = run.Bytes;
        var head = new byte[Prefix + text.Length];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), text.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(12), Checksum.Of(text));
        text.CopyTo(head, Prefix);
        return head;
    }

    /// <summary>The run that a journal describes, and the offset of its first record.</summary>
    /// <exception cref="FormatException">The journal has no complete head; the message names the fault.</exception>
    internal static (RunDescription Run, int Start) ParseHead(ReadOnlySpan<byte> journal)
    {
        if (journal.Length < Prefix || !journal.StartsWith(Magic))
        {
            throw new FormatException("a file that does not begin like one");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(journal[8..]);
        if (length < 0 || length > journal.Length - Prefix)
        {
            throw new FormatException("one that is cut short");
        }

        var text = journal.Slice(Prefix, length);
        return Checksum.Of(text) == BinaryPrimitives.ReadUInt32LittleEndian(journal[12..])
            ? (RunDescription.Parse(text), Prefix + length)
            : throw new FormatException("one whose head is damaged");
    }

    /// <summary>
    /// The records after a head. Damaged records at the end, of a batch that was not written to its end, are left out.
    /// A damaged record before a good one is an error.
    /// </summary>
    /// <exception cref="FormatException">A record is damaged; the message has its number.</exception>
    internal static List<GramTile> ParseRecords(ReadOnlySpan<byte> head, ReadOnlySpan<byte> records)
    {
        var (done, torn, seal) = (new List<GramTile>(), false, Checksum.Of(head));
        for (var i = 0; (i + 1) * (long)RecordLength <= records.Length; i++)
        {
            var record = records.Slice(i * RecordLength, RecordLength);
            var good = Seal(record, i, seal) == BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
            if (good && torn)
            {
                throw new FormatException($"one whose record {done.Count} is damaged");
            }

            torn = !good;
            if (good)
            {
                done.Add(Parse(record));
            }
        }

        return done;
    }

    /// <summary>Records as bytes.</summary>
    /// <param name="head">The head of the journal.</param>
    /// <param name="first">The number of the first record.</param>
    /// <param name="blocks">The tiles to record.</param>
    internal static byte[] Records(ReadOnlySpan<byte> head, int first, IReadOnlyList<GramTile> blocks)
    {
        var bytes = new byte[blocks.Count * RecordLength];
        var seal = Checksum.Of(head);
        for (var i = 0; i < blocks.Count; i++)
        {
            Write(blocks[i], bytes.AsSpan(i * RecordLength, RecordLength), first + i, seal);
        }

        return bytes;
    }

    private static void Write(GramTile block, Span<byte> record, int number, uint seal)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, block.Row);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], block.Column);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], block.Rows);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], block.Columns);
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], Seal(record, number, seal));
    }

    private static GramTile Parse(ReadOnlySpan<byte> record) => new(
        BinaryPrimitives.ReadInt32LittleEndian(record),
        BinaryPrimitives.ReadInt32LittleEndian(record[4..]),
        BinaryPrimitives.ReadInt32LittleEndian(record[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(record[12..]));

    private static uint Seal(ReadOnlySpan<byte> record, int number, uint seal)
    {
        Span<byte> place = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(place, number);
        return Checksum.Of(record[..16], Checksum.Of(place, seal));
    }
}
