using System.Globalization;
using Xunit;

namespace HadamardNtk.Api.Tests;

public class SelectionTests : DataFolder
{
    /// <summary>Five rows of three: entry (i, j) is 10 i + j.</summary>
    private string Table => Put("t.csv", string.Join('\n', Enumerable.Range(0, 5).Select(i => $"{i}0,{i}1,{i}2")));

    [Theory]
    [InlineData("[:]", "0 1 2 3 4")]
    [InlineData("[1:3]", "1 2")]
    [InlineData("[:2]", "0 1")]
    [InlineData("[3:]", "3 4")]
    [InlineData("[-2:]", "3 4")]
    [InlineData("[:-3]", "0 1")]
    [InlineData("[-100:2]", "0 1")]
    [InlineData("[3:100]", "3 4")]
    [InlineData("[3:99999999999999999999999]", "3 4")]
    [InlineData("[::2]", "0 2 4")]
    [InlineData("[1::2]", "1 3")]
    [InlineData("[::-1]", "4 3 2 1 0")]
    [InlineData("[::-2]", "4 2 0")]
    [InlineData("[3:0:-1]", "3 2 1")]
    [InlineData("[3::-1]", "3 2 1 0")]
    [InlineData("[:2:-1]", "4 3")]
    [InlineData("[100:-100:-3]", "4 1")]
    [InlineData("[::99999999999999999999999]", "0")]
    [InlineData("[::-99999999999999999999999]", "4")]
    [InlineData("[::]", "0 1 2 3 4")]
    [InlineData("[ 1 : 3 : 1 ]", "1 2")]
    [InlineData("[2]", "2")]
    [InlineData("[-1]", "4")]
    [InlineData("[-5]", "0")]
    public void Rows_are_selected_as_in_numpy(string selection, string rows)
    {
        var expected = rows.Split(' ').Select(r => double.Parse(r, CultureInfo.InvariantCulture)).ToArray();
        var matrix = DataFile.ReadMatrix(Table + selection);
        Assert.Equal(3, matrix.Columns);
        Assert.Equal(expected.SelectMany(r => new[] { 10 * r, 10 * r + 1, 10 * r + 2 }), matrix.Data);
    }

    [Fact]
    public void Every_slice_agrees_with_counting_it_out()
    {
        var path = Put("r.csv", string.Join('\n', Enumerable.Range(0, 4)));
        foreach (var start in Enumerable.Range(-6, 13))
            foreach (var stop in Enumerable.Range(-6, 13))
                foreach (var step in new[] { -3, -2, -1, 1, 2, 3 })
                    Agrees(path, start, stop, step);
    }

    [Fact]
    public void Rows_and_columns_are_selected_together()
    {
        Same(new double[,] { { 0, 1 }, { 10, 11 } }, DataFile.ReadMatrix(Table + "[:2,:-1]"));
        Same(new double[,] { { 42, 40 } }, DataFile.ReadMatrix(Table + "[4:, ::-2]"));
        Same(new double[,] { { 2 }, { 12 } }, DataFile.ReadMatrix(Table + "[:2,-1]"));
        Same(new double[,] { { 30, 31 } }, DataFile.ReadMatrix(Table + "[3,:2]"));
        Same(new double[,] { { 31 } }, DataFile.ReadMatrix(Table + "[3,1]"));
    }

    [Fact]
    public void A_single_index_drops_its_axis_for_targets_and_labels()
    {
        Assert.Equal([2, 12], DataFile.ReadLabels(Table + "[:2,-1]"));
        Assert.Equal([30, 31, 32], DataFile.ReadLabels(Table + "[3]"));
        Assert.Equal([31], DataFile.ReadLabels(Table + "[3,1]"));
        Same(new double[,] { { 30 }, { 31 }, { 32 } }, DataFile.ReadTargets(Table + "[3]"));
        Same(new double[,] { { 30, 31, 32 } }, DataFile.ReadTargets(Table + "[3:4]"));
        Same(new double[,] { { 31 } }, DataFile.ReadTargets(Table + "[3,1]"));
    }

    [Fact]
    public void One_dimension_takes_one_selection()
    {
        var path = Put("y.npy", NpyBytes.Of("|u1", "(4,)", [5, 6, 7, 8]));
        Same(new double[,] { { 6 }, { 7 } }, DataFile.ReadMatrix(path + "[1:3]"));
        Same(new double[,] { { 8 } }, DataFile.ReadMatrix(path + "[-1]"));
        Refused(path + "[:,0]", "[rows] alone for one dimension", "[:,0] of 4");
    }

    [Fact]
    public void Images_are_flattened_before_the_selection()
    {
        var path = Put("i.npy", NpyBytes.Of("|u1", "(2, 2, 2)", [1, 2, 3, 4, 5, 6, 7, 8]));
        Same(new double[,] { { 2, 3 }, { 6, 7 } }, DataFile.ReadMatrix(path + "[:,1:3]"));
        Same(new double[,] { { 2, 3 }, { 6, 7 } }, DataFile.ReadTargets(path + "[:,1:3]"));
    }

    [Theory]
    [InlineData("[5]", "a row from 0 to 4", "5 in [5] of 5 x 3")]
    [InlineData("[-6]", "a row from 0 to 4", "-6")]
    [InlineData("[:,3]", "a column from 0 to 2", "3 in [:,3]")]
    [InlineData("[0,-4]", "a column from 0 to 2", "-4")]
    [InlineData("[99999999999999999999999]", "a row from 0 to 4", "99999999999999999999999")]
    public void A_single_index_outside_is_refused_with_the_size(string selection, string expected, string came) =>
        Refused(Table + selection, expected, came);

    [Theory]
    [InlineData("[2:2]")]
    [InlineData("[7:]")]
    [InlineData("[3:1]")]
    [InlineData("[:,2:1]")]
    [InlineData("[::-1,0:0]")]
    public void A_selection_that_leaves_nothing_is_refused(string selection) =>
        Refused(Table + selection, "leaves none");

    [Theory]
    [InlineData("[]")]
    [InlineData("[,]")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1,2,3]")]
    [InlineData("[a]")]
    [InlineData("[1.5]")]
    [InlineData("[1:2:3:4]")]
    [InlineData("[::0]")]
    [InlineData("[...]")]
    [InlineData("[1 2]")]
    [InlineData("[--1]")]
    [InlineData("[٣]")]
    public void A_malformed_selection_is_refused(string selection) =>
        Refused(Table + selection, "a selection", selection, "start:stop:step");

    [Fact]
    public void A_file_whose_name_has_the_brackets_wins()
    {
        Put("t.csv", "1\n2\n");
        Put("t.csv[0]", "3\n4\n");
        Same(new double[,] { { 3 }, { 4 } }, DataFile.ReadMatrix(Place("t.csv[0]")));
        Same(new double[,] { { 4 } }, DataFile.ReadMatrix(Place("t.csv[0][1]")));
        Same(new double[,] { { 2 } }, DataFile.ReadMatrix(Place("t.csv[1]")));
    }

    private static void Agrees(string path, int start, int stop, int step)
    {
        var expected = Slice(start, stop, step);
        if (expected.Length == 0) Refused($"{path}[{start}:{stop}:{step}]", "leaves none");
        else Assert.Equal(expected, DataFile.ReadLabels($"{path}[{start}:{stop}:{step}]"));
    }

    /// <summary>Places start, start + step, ... before stop, start and stop first clipped to the axis.</summary>
    private static long[] Slice(int start, int stop, int step)
    {
        var (first, last) = step > 0 ? (0, 4) : (-1, 3);
        var from = Math.Clamp(start < 0 ? start + 4 : start, first, last);
        var to = Math.Clamp(stop < 0 ? stop + 4 : stop, first, last);
        var places = new List<long>();
        for (var i = from; step > 0 ? i < to : i > to; i += step) places.Add(i);
        return [.. places];
    }
}
