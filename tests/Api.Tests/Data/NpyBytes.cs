using System.Text;

namespace HadamardNtk.Api.Tests;

/// <summary>npy files written by hand, right or wrong.</summary>
public static class NpyBytes
{
    public static byte[] Of(string descr, string shape, byte[] data, bool fortran = false, byte version = 1) =>
        WithText($"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n", data, version);

    public static byte[] WithText(string header, byte[] data, byte version = 1)
    {
        var text = Encoding.Latin1.GetBytes(header);
        var length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. data];
    }

    public static byte[] F8(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    public static byte[] F4(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    public static byte[] I4(params int[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    public static byte[] I8(params long[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
