using Xunit;

namespace HadamardNtk.Api.Tests;

public class MatrixTests
{
    private static readonly double[,] Array2 = { { 1, 2, 3 }, { 4, 5, 6 } };

    [Fact]
    public void A_matrix_from_a_two_dimensional_array_is_row_major_and_goes_back()
    {
        Matrix matrix = Array2;
        Assert.Equal((2, 3), (matrix.Rows, matrix.Columns));
        Assert.Equal([1, 2, 3, 4, 5, 6], matrix.Data);
        Assert.Equal(Array2, matrix.ToArray());
        Assert.Equal(6, matrix[1, 2]);
        Assert.Equal([4, 5, 6], matrix.Row(1).ToArray());
        Assert.Equal([2, 5], matrix.Column(1));
        Assert.StartsWith("Matrix 2 x 3\n", matrix.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Constructors_copy_and_Wrap_keeps()
    {
        var (array, data) = ((double[,])Array2.Clone(), new double[] { 1, 2 });
        var (copied, kept) = (new Matrix(array), Matrix.Wrap(data, 1, 2));
        (array[0, 0], data[0]) = (9, 9);
        Assert.Equal((1, 9), (copied[0, 0], kept[0, 0]));
        Assert.Equal([9, 2], kept.AsSpan().ToArray());
        Assert.True(kept.AsSpan() == data.AsSpan());
    }

    [Fact]
    public void Rows_of_one_length_make_a_matrix()
    {
        var matrix = new Matrix(new double[][] { [1, 2], [3, 4], [5, 6] });
        Assert.Equal(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }, matrix.ToArray());
        var lists = Enumerable.Range(0, 3).Select(i => new List<double> { 2 * i + 1, 2 * i + 2 });
        Assert.Equal(matrix.Data, new Matrix(lists).Data);
        Assert.Equal((0, 0), (new Matrix([]).Rows, new Matrix([]).Columns));
    }

    [Fact]
    public void A_ragged_row_is_named_with_both_lengths()
    {
        var error = Assert.Throws<ArgumentException>(() => new Matrix(new double[][] { [1, 2], [3, 4], [5] }));
        Assert.Contains("Row 2: expected 2 values as in row 0; came 1.", error.Message);
        Assert.Throws<ArgumentException>(() => new Matrix(new double[][] { [1], null! }));
        Assert.Throws<ArgumentException>(() => new Matrix(new double[][] { null!, [1] }));
    }

    [Fact]
    public void A_shape_that_does_not_match_the_data_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Matrix.Wrap(new double[5], 2, 3));
        Assert.Contains("2 x 3 = 6 values; came 5", error.Message);
        Assert.Throws<ArgumentException>(() => Matrix.Wrap([], 1 << 20, 1 << 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => Matrix.Wrap([], -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Matrix.Wrap([], 0, -1));
    }

    [Fact]
    public void Rows_are_selected_by_copying()
    {
        Matrix matrix = Array2;
        Assert.Equal(new double[,] { { 4, 5, 6 } }, matrix.SelectRows(1, 1).ToArray());
        Assert.Equal(0, matrix.SelectRows(2, 0).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SelectRows(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SelectRows(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SelectRows(0, int.MaxValue));
    }

    [Fact]
    public void Rows_and_columns_are_selected_by_number_in_any_order()
    {
        Matrix matrix = Array2;
        Assert.Equal(new double[,] { { 4, 5, 6 }, { 1, 2, 3 }, { 4, 5, 6 } }, matrix.SelectRows([1, 0, 1]).ToArray());
        Assert.Equal(new double[,] { { 3, 1, 3 }, { 6, 4, 6 } }, matrix.SelectColumns([2, 0, 2]).ToArray());
        Assert.Equal((0, 3), (matrix.SelectRows([]).Rows, matrix.SelectRows([]).Columns));
        Assert.Equal((2, 0), (matrix.SelectColumns([]).Rows, matrix.SelectColumns([]).Columns));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SelectRows([0, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SelectRows([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SelectColumns([3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Matrix.Wrap([], 0, 3).SelectColumns([-1]));
    }

    [Fact]
    public void A_matrix_shows_its_shape_and_a_corner_of_6_x_6()
    {
        Assert.Equal("Matrix 2 x 3\n  1  2  3\n  4  5  6", new Matrix(Array2).ToString());
        Assert.Equal("Matrix 1 x 2\n       -1  3.33333", Matrix.Wrap([-1, 10.0 / 3], 1, 2).ToString());
        Assert.Equal("Matrix 0 x 3", Matrix.Wrap([], 0, 3).ToString());
        Assert.Equal("Matrix 2 x 0", Matrix.Wrap([], 2, 0).ToString());
        var lines = Matrix.Wrap(new double[70], 10, 7).ToString().Split('\n');
        Assert.Equal(["Matrix 10 x 7", .. Enumerable.Repeat("  0  0  0  0  0  0  ...", 6), "  ..."], lines);
        Assert.Equal(7, Matrix.Wrap(new double[36], 6, 6).ToString().Split('\n').Length);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 3)]
    [InlineData(0, -1)]
    public void An_entry_outside_is_refused_even_where_the_storage_has_one(int i, int j)
    {
        Matrix matrix = Array2;
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[i, j]);
        if (j == 0) Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Row(i).Length);
        else Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Column(j));
    }

    [Fact]
    public void NaN_and_infinity_are_allowed_in_memory()
    {
        Matrix matrix = new[,] { { double.NaN, double.PositiveInfinity } };
        Assert.Equal([double.NaN, double.PositiveInfinity], matrix.Data);
    }
}
