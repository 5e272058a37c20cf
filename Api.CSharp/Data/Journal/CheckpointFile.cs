using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The file of a training that may be resumed, all little-endian: a magic of 8 bytes, the description of the run, its
/// state, and a CRC-32C of all that. It is replaced as a whole. States are streamed, since they may be larger than one
/// array.
/// </summary>
/// <param name="path">The path of the file.</param>
/// <param name="magic">The magic of the kind of training.</param>
/// <param name="run">Everything on which the bits of the training depend.</param>
internal sealed class CheckpointFile(string path, byte[] magic, RunDescription run)
{
    // The numbers that are written at once.
    private const int Block = 1 << 20;

    /// <summary>Writes the checkpoint, whole or not at all.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    internal void Save(Action<BinaryWriter> write)
    {
        using var file = PartialFile.Create(path, 0);
        using var stream = new PartialStream(file);
        using var summed = new SummedStream(stream);
        using var buffered = new BufferedStream(summed, 1 << 20);
        using var writer = new BinaryWriter(buffered);
        writer.Write(magic);
        WritePart(writer, run.Bytes);
        write(writer);
        writer.Flush();
        writer.Write(summed.Sum);
        writer.Flush();
        file.Commit(stream.Length);
    }

    /// <summary>Reads the state of a checkpoint. The result is false if there is none.</summary>
    /// <exception cref="OutputException">It is damaged, or that of another training.</exception>
    internal bool TryLoad(Action<BinaryReader> read)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var stream = Guarded(() => File.OpenRead(path));
        if (!IsWhole(stream))
        {
            throw Refusal("a checkpoint as it was written", "a damaged or another file");
        }

        stream.Position = magic.Length;
        using var reader = new BinaryReader(new BufferedStream(stream, 1 << 20));
        if (run.Difference(RunDescription.Parse(ReadPart(reader))) is var (name, here, there))
        {
            throw Refusal($"the {name} of this training, {here}", there);
        }

        read(reader);
        return true;
    }

    /// <summary>Fails at once if the file cannot be written, or is one that this training may not replace.</summary>
    /// <exception cref="OutputException">It is so.</exception>
    internal void RequireWritable(bool isResumed)
    {
        PartialFile.Create(path, 0).Dispose();
        if (File.Exists(path) && !isResumed)
        {
            throw new OutputException(
                OutputFault.CannotResume, path, "no file yet, without resuming", "a file",
                $"delete {path}, or resume it");
        }
    }

    /// <summary>Fails if a resumed training is longer already than it is meant to be.</summary>
    /// <exception cref="OutputException">It is.</exception>
    internal void RequireAtMost(long steps, long done)
    {
        if (done > steps)
        {
            throw Refusal($"a training of at most {steps} steps", $"one of {done}");
        }
    }

    /// <summary>Deletes the checkpoint of a training that has ended.</summary>
    /// <exception cref="OutputException">It cannot be deleted.</exception>
    internal void Delete() => Guarded(() =>
    {
        File.Delete(path);
        return true;
    });

    /// <summary>Writes bytes with their number before them.</summary>
    internal static void WritePart(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    /// <summary>Reads bytes with their number before them.</summary>
    internal static byte[] ReadPart(BinaryReader reader) => reader.ReadBytes(reader.ReadInt32());

    /// <summary>
    /// Writes numbers without their count. They are written in blocks, since there may be more bytes than a span holds.
    /// </summary>
    internal static void WriteNumbers(BinaryWriter writer, ReadOnlySpan<double> numbers)
    {
        for (; numbers.Length > Block; numbers = numbers[Block..])
        {
            writer.Write(MemoryMarshal.AsBytes(numbers[..Block]));
        }

        writer.Write(MemoryMarshal.AsBytes(numbers));
    }

    /// <summary>Reads as many numbers as there is room for.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    internal static void ReadNumbers(BinaryReader reader, Span<double> numbers)
    {
        for (; numbers.Length > Block; numbers = numbers[Block..])
        {
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(numbers[..Block]));
        }

        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(numbers));
    }

    // Whether a file begins with the magic and ends with the checksum of all before.
    private bool IsWhole(FileStream stream)
    {
        var (left, sum, block) = (stream.Length - sizeof(uint), 0u, new byte[1 << 20]);
        if (left < magic.Length || !DataSource.Head(stream, magic.Length).AsSpan().SequenceEqual(magic))
        {
            return false;
        }

        for (; left > 0; left -= block.Length)
        {
            var part = block.AsSpan(0, (int)Math.Min(left, block.Length));
            stream.ReadExactly(part);
            sum = Checksum.Of(part, sum);
        }

        stream.ReadExactly(block, 0, sizeof(uint));
        return sum == BinaryPrimitives.ReadUInt32LittleEndian(block);
    }

    private T Guarded<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not OutputException))
        {
            throw new OutputException(
                OutputFault.CannotResume, path, "a checkpoint that can be read and deleted", MessageText.Reason(e),
                "check its permissions, or name another one", e);
        }
    }

    private OutputException Refusal(string expected, string came) => new(
        OutputFault.CannotResume, path, expected, came, $"delete {path}, or do not resume");
}
