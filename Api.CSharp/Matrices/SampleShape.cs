using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// The shape of a sample of several dimensions: the extents of a grid of positions, and the number of channels of each
/// position last. The sample itself is one row, in C order (the last index running fastest). Immutable.
/// </summary>
public sealed class SampleShape : IEquatable<SampleShape>
{
    private readonly int[] _extents;

    private SampleShape(params int[] extents) => _extents = Array.TrueForAll(extents, extent => extent > 0)
        ? extents
        : throw new ArgumentException($"Expected numbers of at least 1; came {Joined(extents)}.", nameof(extents));

    /// <summary>The numbers of positions along the axes, and the number of channels last.</summary>
    public IReadOnlyList<int> Extents => Array.AsReadOnly(_extents);

    /// <summary>The shape of an image.</summary>
    /// <param name="height">The number of rows of positions.</param>
    /// <param name="width">The number of columns of positions.</param>
    /// <param name="channels">The number of channels of a position.</param>
    /// <exception cref="ArgumentException">A number is not positive.</exception>
    public static SampleShape Image(int height, int width, int channels) => new(height, width, channels);

    /// <summary>The shape of a sequence.</summary>
    /// <param name="length">The number of positions.</param>
    /// <param name="channels">The number of channels of a position.</param>
    /// <exception cref="ArgumentException">A number is not positive.</exception>
    public static SampleShape Sequence(int length, int channels) => new(length, channels);

    /// <summary>The word of the network language that reads it, as in <c>image(32x32x3)</c>.</summary>
    public override string ToString() => $"{(_extents.Length == 2 ? "sequence" : "image")}({Joined(_extents)})";

    /// <inheritdoc/>
    public bool Equals(SampleShape? other) => other is not null && _extents.AsSpan().SequenceEqual(other._extents);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SampleShape);

    /// <inheritdoc/>
    public override int GetHashCode() => _extents.Aggregate(17, HashCode.Combine);

    private static string Joined(int[] extents) =>
        string.Join('x', extents.Select(extent => extent.ToString(CultureInfo.InvariantCulture)));
}
