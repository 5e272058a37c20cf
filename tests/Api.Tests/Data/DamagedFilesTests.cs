using System.Text;
using Xunit;

namespace HadamardNtk.Api.Tests;

public class DamagedFilesTests : DataFolder
{
    public static TheoryData<string, byte[]> Files => new()
    {
        { "npy", NpyBytes.Of("<f8", "(3, 4)", NpyBytes.F8(new double[12])) },
        { "npy of version 2", NpyBytes.Of("<i8", "(4,)", NpyBytes.I8(1, 2, 3, 4), version: 2) },
        { "idx", [0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6] },
        { "csv", Encoding.UTF8.GetBytes("a,b\r\n1,\"2\"\r\n3.5e1,4\r\n") },
        { "gzip", Zip(Encoding.UTF8.GetBytes("1,2\n3,4\n")) },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Whatever_bytes_change_the_answer_is_finite_numbers_or_the_one_error(string name, byte[] whole)
    {
        var random = new Random(name.Length);
        for (var trial = 0; trial < 2000; trial++)
        {
            var path = Put("x", Damaged(whole, random));
            try
            {
                var matrix = DataFile.ReadMatrix(path);
                Assert.True(matrix.Data.Length > 0 && matrix.Data.All(double.IsFinite));
            }
            catch (DataFormatException error)
            {
                Assert.StartsWith(path, error.Message);
                Assert.DoesNotContain(error.Message, char.IsControl);
            }
        }
    }

    /// <summary>A few bytes changed, then perhaps the end cut off.</summary>
    private static byte[] Damaged(byte[] whole, Random random)
    {
        var bytes = (byte[])whole.Clone();
        for (var n = random.Next(4); n >= 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes[..(random.Next(3) == 0 ? random.Next(bytes.Length + 1) : bytes.Length)];
    }
}
