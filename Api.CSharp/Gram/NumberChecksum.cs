using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace HadamardNtk;

/// <summary>The SHA-256 of a matrix's numbers in float64, row by row, in hexadecimal.</summary>
internal static class NumberChecksum
{
    internal static string Of(Matrix x) => Convert.ToHexStringLower(SHA256.HashData(new FloatBytes(x.Data)));

    /// <summary>Numbers as a stream of their bytes, of which there may be more than one span holds.</summary>
    private sealed class FloatBytes(double[] values) : ReadOnlyStream
    {
        private int _given;

        public override int Read(Span<byte> buffer)
        {
            var some = values.AsSpan(_given, Math.Min(buffer.Length / sizeof(double), values.Length - _given));
            MemoryMarshal.AsBytes(some).CopyTo(buffer);
            _given += some.Length;
            return some.Length * sizeof(double);
        }
    }
}
