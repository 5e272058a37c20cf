using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The largest eigenvalues of a symmetric A and their eigenvectors by products A V: the Rayleigh–Ritz method on the
/// space that blocks of residuals span (block Lanczos), with a restart from the best vectors where the space is full.
/// The space and its product with A are kept, so that residuals are those of A and not of a recurrence.
/// </summary>
/// <remarks>
/// Sources: Golub and Underwood, The block Lanczos method (1977); Wu and Simon, Thick-restart Lanczos (2000);
/// Stathopoulos and Wu, A block orthogonalization procedure with constant synchronization requirements (2002).
/// </remarks>
internal sealed class BlockLanczos
{
    // The number of blocks that the space holds before a restart, where the library for its eigenvalues has no limit.
    private const int Blocks = 6;

    // Blocks of so many numbers are not left to the collector.
    private const int Large = 1 << 18;

    private readonly Func<Matrix, Matrix> _multiply;
    private readonly SpectrumOptions _options;
    private readonly Workers _workers;
    private readonly int _order;
    private readonly int _wanted;
    private readonly int _width;
    private readonly int _most;

    // Blocks of rows: those of the space are orthonormal, and those of the image are their products with A.
    private readonly List<Matrix> _space = [];
    private readonly List<Matrix> _image = [];

    // Arrays of whole blocks that are not in use. The collector would keep those of each product for many products.
    private readonly Stack<double[]> _free = [];
    private Matrix? _turned;

    private BlockLanczos(
        Func<Matrix, Matrix> multiply, int order, int wanted, SpectrumOptions options, Workers workers)
    {
        (_multiply, _options, _workers, _order, _wanted) = (multiply, options, workers, order, wanted);
        _width = Width(order, wanted);
        _most = Most(order, _width);
    }

    /// <summary>The pairs in descending order, their residuals, and the number of products.</summary>
    internal sealed record Solved(double[] Values, Matrix Vectors, double[] Residuals, int Products);

    /// <summary>The largest eigenvalues.</summary>
    /// <param name="multiply">Computes A V for V of n rows.</param>
    /// <param name="order">n.</param>
    /// <param name="wanted">The number of eigenvalues, from 1 to n.</param>
    /// <param name="options">The options.</param>
    /// <param name="workers">The threads.</param>
    /// <exception cref="NotConvergedException">
    /// The residuals are not reached in the products that are allowed.
    /// </exception>
    internal static Solved Solve(
        Func<Matrix, Matrix> multiply, int order, int wanted, SpectrumOptions options, Workers workers) =>
        new BlockLanczos(multiply, order, wanted, options, workers).Run();

    /// <summary>The most numbers that are held at once, beside those of a product.</summary>
    internal static long Numbers(int order, int wanted)
    {
        var width = (long)Width(order, wanted);
        return order * (2 * Math.Min(order, Blocks * width) + 6 * width);
    }

    /// <summary>Requires that the eigenvalues of the spaces can be found on this machine.</summary>
    /// <exception cref="NotSupportedException">They cannot without a LAPACK.</exception>
    internal static void Require(int order, int wanted)
    {
        var width = Width(order, wanted);
        if (Most(order, width) < Math.Min(order, 2L * width))
        {
            throw new NotSupportedException(
                $"Expected a LAPACK for the {wanted} leading eigenvalues of {order} samples: our own library finds "
                + $"those of spaces of up to {OwnAlgebra.LargestEigen} dimensions, and two blocks of {width} are needed. "
                + "Install one, such as OpenBLAS, or ask for fewer.");
        }
    }

    // The greatest dimension of a space. Our own library has a limit, and a LAPACK none.
    private static int Most(int order, int width)
    {
        var most = (int)Math.Min(order, Blocks * (long)width);
        return most <= OwnAlgebra.LargestEigen || DenseLibraries.TryFindNative(out _, out _)
            ? most
            : OwnAlgebra.LargestEigen;
    }

    // Small spaces have the same bits on every machine.
    private static DenseLibrary Library(int dimension) =>
        dimension <= OwnAlgebra.LargestEigen ? DenseLibraries.Own : DenseLibraries.Default;

    // Vectors beyond those that are asked for make the last of them converge with the others.
    private static int Width(int order, int wanted) => (int)Math.Min(order, wanted + Math.Max(8L, wanted / 2));

    private int Size => _space.Sum(block => block.Rows);

    private Solved Run()
    {
        var block = Orthonormal(Matrix.Wrap(Draws.normals(_options.Seed, _width * _order), _width, _order));
        for (var products = 1; ; products++)
        {
            Append(block);
            var (values, rotation) = Ritz();
            var rest = Residual(values, rotation, Math.Min(_width, values.Length));
            double[] residuals = [.. Enumerable.Range(0, _wanted).Select(i => Norm(rest.Row(i)))];
            var least = _options.Tolerance * Math.Abs(values[0]);
            _options.Gram.Progress?.Report(Reached(residuals.Max(), Math.Abs(values[0])));
            if (residuals.Max() <= least || Size == _order)
            {
                return new(values[.._wanted], Rotated(rotation, _wanted, _space), residuals, products);
            }

            if (Size + _width > _most)
            {
                Restart(rotation, rest.Rows);
            }

            // Nothing is left of the residuals but rounding where no direction is outside the space.
            block = Next(rest);
            if (products == _options.Products || block.Rows == 0)
            {
                throw new NotConvergedException(
                    products, residuals.Max() / Math.Abs(values[0]), _options.Tolerance,
                    "ask for fewer eigenvalues, or raise the tolerance or the number of products");
            }
        }
    }

    // Copies of a multiple eigenvalue are found, because the first block has more vectors than are wanted.
    private Matrix Next(Matrix rest) =>
        Orthonormal(rest.Rows <= _order - Size ? rest : rest.SelectRows(0, _order - Size));

    private void Append(Matrix block)
    {
        _space.Add(block);
        var image = Room(block.Rows);
        Transpose(_multiply(Turned(block)), image);
        _image.Add(image);
        Collect();
    }

    // A product leaves some blocks and the values of all samples behind. The collector would let them grow to several
    // times the space. What it has to look at is little, because numbers refer to nothing.
    private void Collect()
    {
        if ((long)_width * _order >= Large)
        {
            GC.Collect();
        }
    }

    private void Restart(Matrix rotation, int count)
    {
        Replace(_space, Rotated(rotation, count, _space));
        Replace(_image, Rotated(rotation, count, _image));
    }

    private void Replace(List<Matrix> blocks, Matrix block)
    {
        blocks.ForEach(Free);
        blocks.Clear();
        blocks.Add(block);
    }

    // Rows of any content. Whole blocks are made once and used again.
    private Matrix Room(int rows) => Matrix.Wrap(
        rows == _width && _free.TryPop(out var room) ? room : new double[(long)rows * _order], rows, _order);

    private void Free(Matrix block)
    {
        if (block.Rows == _width)
        {
            _free.Push(block.Data);
        }
    }

    // The eigenvalues of V A V^T in descending order, and its eigenvectors in rows.
    private (double[] Values, Matrix Rotation) Ritz()
    {
        var pairs = SymmetricEigen.Decompose(Projected(), _workers, Library(Size));
        int[] order = [.. Enumerable.Range(0, pairs.Values.Length).Reverse()];
        return ([.. order.Select(i => pairs.Values[i])], MatrixProducts.Rows(pairs.Vectors, order));
    }

    // The lower triangle of V A V^T, which is all that a decomposition reads.
    private Matrix Projected()
    {
        var size = Size;
        var (projected, top) = (Matrix.Wrap(new double[MatrixSize.Of(size, size)], size, size), 0);
        foreach (var rows in _space)
        {
            var left = 0;
            foreach (var columns in _image.TakeWhile(_ => left <= top))
            {
                Put(MatrixProducts.TimesTranspose(rows, columns, _workers), projected, top, left);
                left += columns.Rows;
            }

            top += rows.Rows;
        }

        return projected;
    }

    private static void Put(Matrix part, Matrix whole, int top, int left)
    {
        for (var i = 0; i < part.Rows; i++)
        {
            part.Row(i).CopyTo(whole.Data.AsSpan((top + i) * whole.Columns + left));
        }
    }

    // Rows R B for the first rows of R and the rows B of all blocks.
    private Matrix Rotated(Matrix rotation, int count, List<Matrix> blocks)
    {
        var sum = Zeros(count);
        Subtract(rotation, [.. Enumerable.Repeat(-1.0, count)], blocks, sum);
        return sum;
    }

    // A v - lambda v in rows.
    private Matrix Residual(double[] values, Matrix rotation, int count)
    {
        var rest = Rotated(rotation, count, _image);
        Subtract(rotation, values, _space, rest);
        return rest;
    }

    // C = C - diag(f) R B.
    private void Subtract(Matrix rotation, double[] factors, List<Matrix> blocks, Matrix sum)
    {
        var (count, left) = (sum.Rows, 0);
        foreach (var block in blocks)
        {
            var part = new double[block.Rows * count];
            for (var t = 0; t < part.Length; t++)
            {
                part[t] = factors[t % count] * rotation[t % count, left + t / count];
            }

            MatrixProducts.SubtractTransposeTimes(Matrix.Wrap(part, block.Rows, count), block, sum, _workers);
            left += block.Rows;
        }
    }

    private Matrix Zeros(int rows)
    {
        var zeros = Room(rows);
        zeros.Data.AsSpan().Clear();
        return zeros;
    }

    // Rows that are orthonormal and orthogonal to the space, for those of the given ones that are not in it. A pass
    // leaves rounding that is divided by the smallest root which it keeps; after two more it is that of unit rows.
    private Matrix Orthonormal(Matrix block)
    {
        for (var pass = 0; pass < 3 && block.Rows > 0; pass++)
        {
            block = Whitened(Outside(Unit(block)));
        }

        return block;
    }

    // The part of the rows outside the space, in their memory.
    private Matrix Outside(Matrix outside)
    {
        foreach (var rows in _space)
        {
            var inside = MatrixProducts.TimesTranspose(rows, outside, _workers);
            MatrixProducts.SubtractTransposeTimes(inside, rows, outside, _workers);
        }

        return outside;
    }

    // Multiplies by the inverse root of B B^T on the part of the space where B has full digits. B is freed.
    private Matrix Whitened(Matrix block)
    {
        var pairs = SymmetricEigen.Decompose(MatrixProducts.Square(block, _workers), _workers, Library(block.Rows));
        var least = Roundoff.ofSum(_order) * Math.Max(1, pairs.Values[^1]);
        int[] kept = [.. Enumerable.Range(0, pairs.Values.Length).Where(i => pairs.Values[i] > least)];
        var rotation = Entrywise.ScaleRows(
            MatrixProducts.Rows(pairs.Vectors, kept), [.. kept.Select(i => 1 / Math.Sqrt(pairs.Values[i]))]);
        var white = Room(kept.Length);
        Product.Multiply(
            rotation.Data, block.Rows, block.Data, _order, white.Data, _order, kept.Length, _order, block.Rows,
            _workers);
        Free(block);
        return white;
    }

    // Rows of length 1, in their memory.
    private static Matrix Unit(Matrix block)
    {
        for (var i = 0; i < block.Rows; i++)
        {
            var row = block.Data.AsSpan(i * block.Columns, block.Columns);
            var norm = Norm(row);
            var factor = norm > 0 ? 1 / norm : 0;
            for (var j = 0; j < row.Length; j++)
            {
                row[j] *= factor;
            }
        }

        return block;
    }

    // The share of the tolerance's digits that a residual has reached.
    private double Reached(double residual, double largest) => residual > 0 && largest > 0
        ? Math.Clamp(Math.Log(residual / largest) / Math.Log(_options.Tolerance), 0, 1)
        : 1;

    private static double Norm(ReadOnlySpan<double> row) => Math.Sqrt(RowProducts.Dot(row, row));

    // The transpose, in memory that is used again for blocks of as many rows.
    private Matrix Turned(Matrix block)
    {
        if (_turned?.Columns != block.Rows)
        {
            _turned = Matrix.Wrap(new double[block.Data.Length], _order, block.Rows);
        }

        Transpose(block, _turned);
        return _turned;
    }

    private static void Transpose(Matrix from, Matrix to) =>
        Transposition.Copy<double>(from.Data, from.Rows, from.Columns, from.Columns, to.Data, to.Columns);
}
