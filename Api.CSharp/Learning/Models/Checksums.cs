using System.Security.Cryptography;
using System.Text;

namespace HadamardNtk;

/// <summary>Computes SHA-256 checksums, in hexadecimal.</summary>
internal static class Checksums
{
    internal static string OfFile(string path) => OfFile(path, default);

    internal static string OfFile(string path, Watch watch)
    {
        using var stream = WatchedStream.Of(File.OpenRead(path), watch);
        return OfStream(stream);
    }

    internal static string OfStream(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    internal static string OfText(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
