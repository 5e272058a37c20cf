namespace HadamardNtk;

/// <summary>Scales each channel to mean 0 and deviation 1 over all positions of the images of a set.</summary>
internal sealed class ChannelScale
{
    private readonly double[] _means;
    private readonly double[] _deviations;

    private ChannelScale(double[] means, double[] deviations) => (_means, _deviations) = (means, deviations);

    /// <summary>The scale by images whose channels run fastest in a row.</summary>
    internal static ChannelScale Of(Matrix images, int channels)
    {
        var (means, squares) = (new double[channels], new double[channels]);
        var count = (double)images.Data.Length / channels;
        for (var i = 0; i < images.Data.Length; i++)
        {
            means[i % channels] += images.Data[i] / count;
        }

        for (var i = 0; i < images.Data.Length; i++)
        {
            var gap = images.Data[i] - means[i % channels];
            squares[i % channels] += gap * gap / count;
        }

        StudyOptions.Require(
            Array.TrueForAll(squares, square => square > 0 && double.IsFinite(square)),
            "channels that vary, as they are scaled to deviation 1; one has the same value in all training images");
        return new(means, Array.ConvertAll(squares, Math.Sqrt));
    }

    /// <summary>The scaled images.</summary>
    internal Matrix Apply(Matrix images)
    {
        var (scaled, channels) = (new double[images.Data.Length], _means.Length);
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (images.Data[i] - _means[i % channels]) / _deviations[i % channels];
        }

        return Matrix.Wrap(scaled, images.Rows, images.Columns);
    }
}
