namespace HadamardNtk;

/// <summary>Images with the class of each.</summary>
/// <param name="Images">The images, with their shape.</param>
/// <param name="Labels">The class of each image.</param>
/// <example><code>
/// var training = new LabeledImages(DataFile.ReadSamples("images.npy"), DataFile.ReadLabels("labels.npy"));
/// </code></example>
public sealed record LabeledImages(ShapedSamples Images, IReadOnlyList<long> Labels);
