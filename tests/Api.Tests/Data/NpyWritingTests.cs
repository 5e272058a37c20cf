using System.Text;
using Xunit;

namespace HadamardNtk.Api.Tests;

public class NpyWritingTests : DataFolder
{
    [Theory]
    [InlineData(new[] { 3, 4 }, "(3, 4)")]
    [InlineData(new[] { 12 }, "(12,)")]
    [InlineData(new[] { 1, 2, 6 }, "(1, 2, 6)")]
    [InlineData(new int[0], "(12,)")]
    public void The_header_is_the_one_numpy_writes(int[] shape, string text)
    {
        NpyFile.Write(Place("x.npy"), new double[12], shape);
        var bytes = File.ReadAllBytes(Place("x.npy"));
        byte[] start = [0x93, .. "NUMPY"u8, 1, 0, 118, 0];
        var header = $"{{'descr': '<f8', 'fortran_order': False, 'shape': {text}, }}".PadRight(117) + "\n";
        Assert.Equal([.. start, .. Encoding.Latin1.GetBytes(header)], bytes[..128]);
        Assert.Equal(128 + 96, bytes.Length);
    }

    [Fact]
    public void What_is_written_in_float64_comes_back_bit_for_bit()
    {
        var random = new Random(3);
        foreach (var (rows, columns) in new[] { (1, 1), (7, 13), (1000, 257) })
        {
            var values = Enumerable.Range(0, rows * columns)
                .Select(_ => random.NextDouble() * Math.Pow(10, random.Next(-300, 300))).ToArray();
            NpyFile.Write(Place("x.npy"), Matrix.Wrap(values, rows, columns));
            Same(Matrix.Wrap(values, rows, columns).ToArray(), DataFile.ReadMatrix(Place("x.npy")));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(70000)]
    public void What_is_written_in_float32_comes_back_rounded_to_nearest(int count)
    {
        var random = new Random(4);
        var values = Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5).ToArray();
        NpyFile.Write(Place("x.npy"), values, Precision.Float32, count);
        Assert.Equal(values.Select(v => (double)(float)v), DataFile.ReadMatrix(Place("x.npy")).Data);
        Assert.Equal(128 + 4 * count, new FileInfo(Place("x.npy")).Length);
        Assert.Contains("'<f4'", Encoding.Latin1.GetString(File.ReadAllBytes(Place("x.npy"))[..128]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void A_value_beyond_float32_is_refused_wherever_it_stands(int at)
    {
        var values = new double[31];
        values[at] = -1e300;
        var error = Assert.Throws<OutputException>(() => NpyFile.Write(Place("x.npy"), values, Precision.Float32));
        Assert.Contains("-1E+300", error.Message);
        Assert.Equal(OutputFault.WriteFailed, error.Fault);
        Assert.Empty(Names());
    }

    [Fact]
    public void NaN_and_infinity_are_written_as_they_are_in_both_precisions()
    {
        double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, .. new double[30]];
        NpyFile.Write(Place("x.npy"), values, Precision.Float32);
        Assert.Equal(float.NegativeInfinity, BitConverter.ToSingle(File.ReadAllBytes(Place("x.npy")), 136));
        NpyFile.Write(Place("x.npy"), values);
        Assert.Equal(double.PositiveInfinity, BitConverter.ToDouble(File.ReadAllBytes(Place("x.npy")), 136));
    }

    [Fact]
    public void Labels_come_back_as_integers()
    {
        NpyFile.Write(Place("y.npy"), [3L, -1, 1L << 40]);
        Assert.Equal([3, -1, 1L << 40], DataFile.ReadLabels(Place("y.npy")));
        Assert.Contains("'<i8', 'fortran_order': False, 'shape': (3,)", File.ReadAllText(Place("y.npy")));
        NpyFile.Write(Place("y.npy"), [1L, 2, 3, 4], 4, 1);
        Assert.Equal([1, 2, 3, 4], DataFile.ReadLabels(Place("y.npy")));
    }

    [Fact]
    public void A_file_of_that_name_is_replaced_and_nothing_else_stays()
    {
        Put("x.npy", new byte[100000]);
        NpyFile.Write(Place("x.npy"), new double[,] { { 1, 2 } });
        Same(new double[,] { { 1, 2 } }, DataFile.ReadMatrix(Place("x.npy")));
        Assert.Equal(["x.npy"], Names());
    }

    [Fact]
    public void A_bare_name_is_written_to_the_working_folder()
    {
        var name = $"hntk-{Guid.NewGuid():N}.npy";
        NpyFile.Write(name, [1.0]);
        Assert.True(File.Exists(Path.Combine(Environment.CurrentDirectory, name)));
        File.Delete(name);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1, -4)]
    [InlineData(65536, 65536)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue)]
    public void A_shape_that_does_not_match_is_refused(params int[] shape)
    {
        var error = Assert.Throws<ArgumentException>(() => NpyFile.Write(Place("x.npy"), new double[4], shape));
        Assert.Contains("4 entries", error.Message);
        Assert.Empty(Names());
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused_in_one_line()
    {
        Put("file", "1");
        CannotCreate(Place("no-folder/x.npy"), "a folder that exists");
        CannotCreate(Place("file/x.npy"), "a folder that exists");
        CannotCreate(Folder, "the name of a folder");
        CannotCreate("", "a file name");
        CannotCreate(Place("a\0b"), "a file name");
        CannotCreate(Place(new string('x', 10) + "/"), "expected");
        Assert.Equal(["file"], Names());
    }

    [Fact]
    public void A_device_is_not_replaced_by_a_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Devices are files.");
        CannotCreate("/dev/null", "an ordinary file");
    }

    [Fact]
    public void A_folder_without_permission_is_refused()
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "This user may write everywhere.");
#pragma warning disable CA1416
        File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        CannotCreate(Place("x.npy"), "denied");
        File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
    }

    private static void CannotCreate(string path, string part)
    {
        var error = Assert.Throws<OutputException>(() => NpyFile.Write(path, [1.0]));
        Assert.Equal(OutputFault.CannotCreate, error.Fault);
        Assert.Contains(part, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.IsAssignableFrom<IOException>(error);
    }
}
