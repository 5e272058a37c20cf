using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// The pairs of samples whose values at pairs (p, p′) of positions are computed, and the shapes of these values. The
/// pairs are all pairs of R rows and C columns, or a list of L pairs. Their values are those at all pairs of positions,
/// of the shape RP × CP′ or L × P × P′, or at equal positions alone, of the shape R × C × P or L × P.
/// </summary>
internal sealed class PositionPairs
{
    private readonly (int Row, long Height, int Column, long Width) _grid;
    private readonly (Tensor Rows, Tensor Columns)? _list;

    private PositionPairs(
        (int Row, long Height, int Column, long Width) grid, (Tensor Rows, Tensor Columns)? list, bool isWhole) =>
        (_grid, _list, IsWhole) = (grid, list, isWhole);

    /// <summary>Whether the values are those at all pairs of positions.</summary>
    internal bool IsWhole { get; }

    private long Count => _list is { } list ? list.Rows.shape[0] : _grid.Height * _grid.Width;

    /// <summary>The dimensions of the open shape along which the rows of an image lie.</summary>
    internal int[] Down => (_list is null, IsWhole) switch
    {
        (true, true) => [1, 4],
        (true, false) => [2],
        (false, true) => [1, 3],
        (false, false) => [1],
    };

    /// <summary>The dimensions of the open shape along which the positions of a row lie.</summary>
    internal int[] Right => Array.ConvertAll(Down, d => d + 1);

    /// <summary>All pairs of some rows and columns, at all pairs of positions.</summary>
    internal static PositionPairs Grid(int row, int height, int column, int width) =>
        new((row, height, column, width), null, true);

    /// <summary>A list of pairs by the indices of their rows and columns, at all pairs of positions.</summary>
    internal static PositionPairs List(Tensor rows, Tensor columns) => new(default, (rows, columns), true);

    /// <summary>The same pairs of samples, at all pairs of positions or at equal ones.</summary>
    internal PositionPairs At(bool isWhole) => new(_grid, _list, isWhole);

    /// <summary>The shape of the values on a grid of so many positions.</summary>
    internal long[] Shape(long positions) => (_list is null, IsWhole) switch
    {
        (true, true) => [_grid.Height * positions, _grid.Width * positions],
        (true, false) => [_grid.Height, _grid.Width, positions],
        (false, true) => [Count, positions, positions],
        (false, false) => [Count, positions],
    };

    /// <summary>The same shape with a dimension for each axis of the grid.</summary>
    internal long[] Open(SliceGrid grid) => (_list is null, IsWhole) switch
    {
        (true, true) => [_grid.Height, grid.Height, grid.Width, _grid.Width, grid.Height, grid.Width],
        (true, false) => [_grid.Height, _grid.Width, grid.Height, grid.Width],
        (false, true) => [Count, grid.Height, grid.Width, grid.Height, grid.Width],
        (false, false) => [Count, grid.Height, grid.Width],
    };

    /// <summary>The pairs' rows of values n × P, in a shape that broadcasts to that of the pairs.</summary>
    internal Tensor OfRow(Tensor values)
    {
        using var scope = NewDisposeScope();
        var taken = _list is { } list
            ? values.index_select(0, list.Rows)
            : values.narrow(0, _grid.Row, _grid.Height);
        var shaped = (_list is null, IsWhole) switch
        {
            (true, true) => taken.reshape(-1, 1),
            (true, false) => taken.unsqueeze(1),
            (false, true) => taken.unsqueeze(-1),
            _ => taken,
        };
        return scope.MoveToOuter(shaped);
    }

    /// <summary>The pairs' columns of values n × P, in a shape that broadcasts to that of the pairs.</summary>
    internal Tensor OfColumn(Tensor values)
    {
        using var scope = NewDisposeScope();
        var taken = _list is { } list
            ? values.index_select(0, list.Columns)
            : values.narrow(0, _grid.Column, _grid.Width);
        var shaped = (_list is null, IsWhole) switch
        {
            (true, true) => taken.reshape(1, -1),
            (false, true) => taken.unsqueeze(1),
            _ => taken,
        };
        return scope.MoveToOuter(shaped);
    }

    /// <summary>The values at equal positions of values at all pairs of so many positions.</summary>
    internal Tensor Diagonal(Tensor whole, long positions)
    {
        using var scope = NewDisposeScope();
        var diagonal = _list is null
            ? whole.view(_grid.Height, positions, _grid.Width, positions).diagonal(0, 1, 3)
            : whole.diagonal(0, 1, 2);
        return scope.MoveToOuter(diagonal.clone());
    }

    /// <summary>The value of one position, of values at all pairs, at each of so many positions.</summary>
    internal Tensor Spread(Tensor whole, long positions)
    {
        using var scope = NewDisposeScope();
        var spread = (_list is null, IsWhole) switch
        {
            (true, true) => whole.view(_grid.Height, 1, _grid.Width, 1)
                .expand(_grid.Height, positions, _grid.Width, positions),
            (true, false) => whole.view(_grid.Height, _grid.Width, 1).expand(_grid.Height, _grid.Width, positions),
            (false, true) => whole.expand(Count, positions, positions),
            (false, false) => whole.view(-1, 1).expand(Count, positions),
        };
        return scope.MoveToOuter(spread.clone().view(Shape(positions)));
    }

    /// <summary>
    /// The sums over all positions. They have the shape of values at all pairs of one position.
    /// </summary>
    /// <remarks>
    /// The sums over p′ are added in float64. Sums go along the last dimension, so that lists have the same roundings.
    /// </remarks>
    internal Tensor Total(Tensor values, long positions)
    {
        using var scope = NewDisposeScope();
        var sums = !IsWhole
            ? values
            : _list is null
                ? values.view(_grid.Height, positions, _grid.Width, positions).sum(3)
                    .to_type(ScalarType.Float64).permute(0, 2, 1).contiguous()
                : values.sum(2).to_type(ScalarType.Float64);
        return scope.MoveToOuter(sums.sum(-1).to_type(values.dtype).view(At(isWhole: true).Shape(1)));
    }
}
