using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Writes consecutive values as they lie in memory, which is little-endian on every supported machine.
/// </summary>
internal static class NpyEncoder
{
    private const int BytesAtOnce = 1 << 24;
    private const int ValuesAtOnce = 1 << 16;

    public static string Descr(Precision precision) => precision == Precision.Float64 ? "<f8" : "<f4";

    public static int Size(Precision precision) =>
        precision == Precision.Float64 ? sizeof(double) : sizeof(float);

    /// <summary>
    /// Writes float64 or float32 values in a precision, to which they are rounded or widened if it differs.
    /// </summary>
    /// <exception cref="OutputException">Float32 does not hold a value, or writing failed.</exception>
    public static void Write<T>(
        PartialFile file, long offset, ReadOnlySpan<T> run, Precision precision, Watch watch = default)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == Size(precision)) WriteExact(file, offset, run, watch);
        else if (precision == Precision.Float32) WriteRounded(file, offset, MemoryMarshal.Cast<T, double>(run), watch);
        else WriteWidened(file, offset, MemoryMarshal.Cast<T, float>(run));
    }

    /// <summary>Writes values as they lie in memory, in pieces that a span of bytes can hold.</summary>
    public static void WriteExact<T>(PartialFile file, long offset, ReadOnlySpan<T> run, Watch watch = default)
        where T : unmanaged
    {
        var done = new StepProgress(watch.Progress, run.Length);
        for (; !run.IsEmpty; offset += BytesAtOnce)
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            var some = run[..Math.Min(BytesAtOnce / Unsafe.SizeOf<T>(), run.Length)];
            file.Write(MemoryMarshal.AsBytes(some), offset);
            done.Add(some.Length);
            run = run[some.Length..];
        }
    }

    private static void WriteRounded(PartialFile file, long offset, ReadOnlySpan<double> run, Watch watch)
    {
        var done = new StepProgress(watch.Progress, run.Length);
        var floats = ArrayPool<float>.Shared.Rent(Math.Min(run.Length, ValuesAtOnce));
        try
        {
            for (; !run.IsEmpty; offset += sizeof(float) * ValuesAtOnce)
            {
                watch.Cancellation.ThrowIfCancellationRequested();
                var some = run[..Math.Min(ValuesAtOnce, run.Length)];
                Round(file, some, floats);
                file.Write(MemoryMarshal.AsBytes(floats.AsSpan(0, some.Length)), offset);
                done.Add(some.Length);
                run = run[some.Length..];
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(floats);
        }
    }

    private static void WriteWidened(PartialFile file, long offset, ReadOnlySpan<float> run)
    {
        var doubles = ArrayPool<double>.Shared.Rent(Math.Min(run.Length, ValuesAtOnce));
        try
        {
            for (; !run.IsEmpty; offset += sizeof(double) * ValuesAtOnce)
            {
                var some = run[..Math.Min(ValuesAtOnce, run.Length)];
                Widening.Copy(some, doubles);
                file.Write(MemoryMarshal.AsBytes(doubles.AsSpan(0, some.Length)), offset);
                run = run[some.Length..];
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(doubles);
        }
    }

    /// <summary>Rounds values to float32.</summary>
    /// <exception cref="OutputException">Float32 does not hold a value; the file has failed then.</exception>
    public static void Round(PartialFile file, ReadOnlySpan<double> from, Span<float> to)
    {
        var lanes = Vector<double>.Count;
        var (i, beyond) = (0, Vector<long>.Zero);
        for (; i <= from.Length - 2 * lanes; i += 2 * lanes)
        {
            var (low, high) = (new Vector<double>(from[i..]), new Vector<double>(from[(i + lanes)..]));
            Vector.Narrow(low, high).CopyTo(to[i..]);
            beyond |= IsBeyond(low) | IsBeyond(high);
        }

        for (var k = i; k < from.Length; k++) to[k] = (float)from[k];
        if (beyond != Vector<long>.Zero) i = 0;
        RequireRange(file, from[i..]);
    }

    private static Vector<long> IsBeyond(Vector<double> values) =>
        Vector.GreaterThan(Vector.Abs(values), new Vector<double>(float.MaxValue));

    private static void RequireRange(PartialFile file, ReadOnlySpan<double> values)
    {
        foreach (var value in values)
            if (float.IsInfinity((float)value) && double.IsFinite(value))
                throw file.Fail(Beyond(file.Path, value));
    }

    /// <summary>The error of a value that float32 does not hold.</summary>
    public static OutputException Beyond(string path, double value) => new(
        OutputFault.WriteFailed, path, $"values of at most {float.MaxValue:R} in size for float32",
        $"{value:R}", "write float64");
}
