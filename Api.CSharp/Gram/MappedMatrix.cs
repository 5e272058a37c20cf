using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace HadamardNtk;

/// <summary>
/// A float32 or float64 matrix of any size in an npy file in C order. The file is mapped into memory and read where it
/// is asked for.
/// </summary>
internal sealed class MappedMatrix : IDisposable
{
    private const string Suggestion = "give a matrix as gram writes it, not compressed";

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Precision _precision;
    private readonly long _start;

    private MappedMatrix(MemoryMappedFile file, NpyHeader header, long start)
    {
        (_file, _start) = (file, start);
        _precision = header.Descr == NpyEncoder.Descr(Precision.Float32) ? Precision.Float32 : Precision.Float64;
        (Rows, Columns) = ((int)header.Shape[0], (int)header.Shape[1]);
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>The number of rows.</summary>
    internal int Rows { get; }

    /// <summary>The number of columns.</summary>
    internal int Columns { get; }

    /// <summary>Opens a file and reads its header, but not its numbers.</summary>
    /// <exception cref="DataFormatException">
    /// The file cannot be read, or does not hold a matrix of this format.
    /// </exception>
    internal static MappedMatrix Open(string path) => DataSource.Guard(path, () =>
    {
        var stream = DataSource.OpenFile(path);
        try
        {
            var header = ReadHeader(path, stream);
            var start = stream.Position;
            var file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new MappedMatrix(file, header, start);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    });

    /// <summary>Entry (i, j).</summary>
    internal double At(long i, long j)
    {
        ObjectDisposedException.ThrowIf(!_view.CanRead, typeof(GramMatrix));
        var place = Place(i, j);
        return _precision == Precision.Float64
            ? _view.SafeMemoryMappedViewHandle.Read<double>(place)
            : _view.SafeMemoryMappedViewHandle.Read<float>(place);
    }

    /// <summary>Copies the entries (i, j), (i, j + 1), ... of one row until the destination is full.</summary>
    internal void Copy(long i, long j, Span<double> to)
    {
        ObjectDisposedException.ThrowIf(!_view.CanRead, typeof(GramMatrix));
        if (_precision == Precision.Float64)
        {
            _view.SafeMemoryMappedViewHandle.ReadSpan(Place(i, j), to);
            return;
        }

        var floats = ArrayPool<float>.Shared.Rent(to.Length);
        try
        {
            var some = floats.AsSpan(0, to.Length);
            _view.SafeMemoryMappedViewHandle.ReadSpan(Place(i, j), some);
            Widening.Copy(some, to);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(floats);
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private ulong Place(long i, long j) => (ulong)(_start + (i * Columns + j) * NpyEncoder.Size(_precision));

    private static NpyHeader ReadHeader(string path, FileStream stream)
    {
        if (!NpyReader.Is(DataSource.Head(stream, 8)))
        {
            throw Refusal(path, "an npy file", "a file that does not begin like one");
        }

        var header = NpyHeader.Read(path, stream);
        Require(header.Descr is "<f4" or "<f8", path, "dtype <f4 or <f8", $"dtype {MessageText.Quote(header.Descr)}");
        Require(header.Shape.Length == 2, path, "a matrix", $"an array of {header.Shape.Length} axes");
        Require(!header.FortranOrder, path, "C order", "Fortran order");
        Require(
            header.Shape.All(d => d is > 0 and <= int.MaxValue),
            path,
            $"1 to {int.MaxValue} rows and columns",
            MessageText.Shape(header.Shape));
        ArrayShape.RequireBytes(path, stream, header.Shape, ElementType.Npy(header.Descr)!);
        return header;
    }

    private static void Require(bool holds, string path, string expected, string came)
    {
        if (!holds)
        {
            throw Refusal(path, expected, came);
        }
    }

    private static DataFormatException Refusal(string path, string expected, string came) =>
        new(path, expected, came, Suggestion);
}
