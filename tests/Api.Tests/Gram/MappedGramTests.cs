using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>A matrix in a file can be used without being read.</summary>
public class MappedGramTests : DataFolder
{
    private static readonly InfiniteKernel Relu = Network.Parse("dense relu dense").Ntk();
    private static readonly Matrix X = Samples.Random(40, 3, 1);
    private static readonly Matrix Other = Samples.Random(23, 3, 2);

    [Theory]
    [InlineData(Precision.Float64, true)]
    [InlineData(Precision.Float32, true)]
    [InlineData(Precision.Float64, false)]
    [InlineData(Precision.Float32, false)]
    public void It_has_the_numbers_of_the_file(Precision precision, bool symmetric)
    {
        Relu.WriteGram(Place("K.npy"), X, symmetric ? null : Other, options: new() { Precision = precision });
        var read = DataFile.ReadMatrix(Place("K.npy"));
        using var gram = GramMatrix.Open(Place("K.npy"));
        Assert.Equal((read.Rows, read.Columns), (gram.Rows, gram.Columns));
        Samples.SameBits(read, gram.Values);
        Assert.Same(gram.Values, gram.Values);
        Samples.SameBits(read.SelectRows(7, 12), gram.ReadRows(7, 12));
        var (row, block) = (new double[read.Columns], new double[3 * 5]);
        gram.CopyRow(11, row);
        Assert.Equal(read.Row(11), row);
        gram.CopyBlock(20, 10, 3, 5, block);
        Assert.Equal([.. Enumerable.Range(20, 3).SelectMany(i => read.Row(i)[10..15].ToArray())], block);
        Assert.Equal((read[39, 22], read[0, 1]), (gram[39, 22], gram[0L, 1L]));
        Assert.Equal(read.ToArray(), gram.ToArray());
        gram.Save(Place("copy.npy"));
        Samples.SameBits(read, DataFile.ReadMatrix(Place("copy.npy")));
    }

    [Fact]
    public void Beyond_2_to_the_31_entries_it_is_read_where_it_is_asked_for()
    {
        const int n = 70_000;
        using (var writer = NpyTileWriter.On(PartialFile.Create(Place("K.npy"), 0), n, n, Precision.Float64))
        {
            writer.WriteTile(n - 1, n - 3, [1.0, 2, 3], 1, 3, 3);
            writer.WriteTile(50_000, 0, [4.0, 5], 1, 2, 2);
            writer.Commit();
        }

        using var gram = GramMatrix.Open(Place("K.npy"));
        Assert.Equal((3.0, 2.0, 4.0, 5.0, 0.0), (gram[n - 1, n - 1], gram[n - 1, n - 2], gram[50_000, 0], gram[50_000, 1], gram[0, 0]));
        var row = new double[n];
        gram.CopyRow(n - 1, row);
        Assert.Equal((1.0, 3.0), (row[^3], row[^1]));
        Assert.Equal(5, gram.ReadRows(49_999, 2)[1, 1]);
        Assert.Contains("2147483591", Assert.Throws<InvalidOperationException>(() => gram.Values).Message);
        Assert.Throws<InvalidOperationException>(() => gram.ToArray());
    }

    [Fact]
    public void Places_outside_are_refused()
    {
        Relu.WriteGram(Place("K.npy"), X);
        using var gram = GramMatrix.Open(Place("K.npy"));
        Assert.Throws<ArgumentOutOfRangeException>("i", () => gram[40, 0]);
        Assert.Throws<ArgumentOutOfRangeException>("i", () => gram[-1L, 0]);
        Assert.Throws<ArgumentOutOfRangeException>("j", () => gram[0, 40]);
        Assert.Throws<ArgumentOutOfRangeException>(() => gram.CopyRow(40, new double[40]));
        Assert.Throws<ArgumentException>("to", () => gram.CopyRow(0, new double[39]));
        Assert.Throws<ArgumentOutOfRangeException>(() => gram.CopyBlock(38, 0, 3, 1, new double[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => gram.ReadRows(39, 2));
    }

    [Fact]
    public void After_it_is_closed_it_is_closed()
    {
        Relu.WriteGram(Place("K.npy"), X);
        var gram = GramMatrix.Open(Place("K.npy"));
        gram.Dispose();
        gram.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gram[0, 0]);
        Assert.Throws<ObjectDisposedException>(() => gram.CopyRow(0, new double[40]));
        File.Delete(Place("K.npy"));
    }

    [Fact]
    public void Files_of_another_kind_are_refused()
    {
        Refused("(2, 2)", "<i4", NpyBytes.I4(1, 2, 3, 4), "<f4 or <f8", "<i4");
        Refused("(4,)", "<f8", NpyBytes.F8(1, 2, 3, 4), "a matrix", "1 axes");
        Refused("(2, 2)", "<f8", NpyBytes.F8(1, 2, 3), "truncated");
        Refused("(2, 2)", "<f8", NpyBytes.F8(1, 2, 3, 4, 5), "behind its array");
        Refused("(0, 2)", "<f8", [], "rows and columns", "0 x 2");
        Put("F.npy", NpyBytes.Of("<f8", "(2, 2)", NpyBytes.F8(1, 2, 3, 4), fortran: true));
        Refused(() => GramMatrix.Open(Place("F.npy")), "F.npy", "C order", "Fortran");
        Put("K.csv", "1,2\n3,4\n");
        Refused(() => GramMatrix.Open(Place("K.csv")), "K.csv", "npy");
        Put("K.gz", Zip(NpyBytes.Of("<f8", "(2, 2)", NpyBytes.F8(1, 2, 3, 4))));
        Refused(() => GramMatrix.Open(Place("K.gz")), "K.gz", "npy", "not compressed");
        Put("empty.npy", "");
        Refused(() => GramMatrix.Open(Place("empty.npy")), "empty.npy", "npy");
        Refused(() => GramMatrix.Open(Place("none.npy")), "none.npy", "no such file");
        Refused(() => GramMatrix.Open(Folder), Folder, "folder");
    }

    private void Refused(string shape, string type, byte[] data, params string[] parts)
    {
        Put("bad.npy", NpyBytes.Of(type, shape, data));
        Refused(() => GramMatrix.Open(Place("bad.npy")), "bad.npy", parts);
    }
}
