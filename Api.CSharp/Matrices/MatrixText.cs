namespace HadamardNtk;

/// <summary>A matrix as text for people: its shape, and a corner of at most 6 x 6 entries.</summary>
internal static class MatrixText
{
    internal static string Of(Matrix matrix) => ShownText.Table(
        $"Matrix {matrix.Rows} x {matrix.Columns}",
        matrix.Rows,
        matrix.Columns,
        (i, j) => ShownText.Number(matrix[i, j]));
}
