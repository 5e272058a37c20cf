namespace HadamardNtk;

/// <summary>Copies chosen rows and columns of a matrix.</summary>
internal static class SubMatrix
{
    /// <summary>The copy whose entry (k, l) is entry (rows[k], columns[l]).</summary>
    internal static Matrix Of(Matrix matrix, int[] rows, int[] columns)
    {
        var data = new double[MatrixSize.Of(rows.Length, columns.Length)];
        for (var k = 0; k < rows.Length; k++)
        {
            var row = matrix.Row(rows[k]);
            for (var l = 0; l < columns.Length; l++)
            {
                data[k * columns.Length + l] = row[columns[l]];
            }
        }

        return Matrix.Wrap(data, rows.Length, columns.Length);
    }
}
