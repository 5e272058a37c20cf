namespace HadamardNtk;

/// <summary>How a network of <see cref="SmallImagesStudy"/> goes from positions to its output.</summary>
public enum ImageReadout
{
    /// <summary>By the mean over all positions, so that no position is a feature of its own.</summary>
    GlobalPool,

    /// <summary>By the channels of all positions side by side.</summary>
    Flatten,

    /// <summary>There are no positions: the network reads the image as one flat row.</summary>
    Row,
}
