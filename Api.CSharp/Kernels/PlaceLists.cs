namespace HadamardNtk;

/// <summary>Lists of places, which are the samples of kernels that know their samples by number.</summary>
internal static class PlaceLists
{
    /// <summary>The number of places.</summary>
    internal static int Count(IReadOnlyList<int> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.Count;
    }

    /// <summary>Some of the places, in the given order.</summary>
    internal static IReadOnlyList<int> Select(IReadOnlyList<int> samples, ReadOnlySpan<int> chosen)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var selected = new int[chosen.Length];
        for (var k = 0; k < selected.Length; k++)
        {
            selected[k] = samples[chosen[k]];
        }

        return selected;
    }

    /// <summary>The places, each of which must be below a size.</summary>
    /// <param name="samples">The places.</param>
    /// <param name="size">The number of places that there are.</param>
    /// <param name="name">The name of the argument.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is not.</exception>
    internal static int[] Require(IReadOnlyList<int> samples, int size, string name)
    {
        ArgumentNullException.ThrowIfNull(samples, name);
        foreach (var place in samples)
        {
            if ((uint)place >= (uint)size)
            {
                throw new ArgumentOutOfRangeException(
                    name, place, $"Expected places from 0 to {size - 1}, as the kernel has; came {place}.");
            }
        }

        return [.. samples];
    }

    /// <summary>Copies what is below the diagonal of a square matrix to above it.</summary>
    internal static Matrix Mirrored(Matrix gram)
    {
        for (var i = 0; i < gram.Rows; i++)
        {
            for (var j = 0; j < i; j++)
            {
                gram.Data[(j * gram.Columns) + i] = gram.Data[(i * gram.Columns) + j];
            }
        }

        return gram;
    }
}
